package benchmarks

// crossValidation checks how a definition divides stimuli into train and test stimuli, and sets
// the defaults.
func (c *checker) crossValidation(d *Definition, r Rules) {
	cv := d.CrossValidation
	switch {
	case cv != nil && !r.Splits:
		c.fail("cross_validation", "remove it", "the metric %s is not cross-validated", d.Metric.Name)
		return
	case cv != nil && d.Assembly.Fixed:
		c.fail("cross_validation", "remove it, or name one assembly", "the assemblies of train and test stimuli are the split")
		return
	case d.Assembly.Fixed:
		return
	case cv != nil:
	case r.DefaultSplits != nil:
		splits := *r.DefaultSplits
		d.CrossValidation = &splits
		return
	default:
		return
	}
	has := func(key string) bool { return c.Has("cross_validation." + key) }
	c.apart(cv)
	if cv.Train != nil || cv.Test != nil {
		c.fixedSplit(cv)
		return
	}
	if !has("splits") {
		cv.Splits = DefaultSplits
	}
	if !has("seed") {
		cv.Seed = DefaultSeed
	}
	if !has("train_size") && !has("test_size") {
		if cv.TestSize = r.TestSize; cv.TestSize == 0 {
			cv.TrainSize = DefaultTrainSize
		}
	}
	c.splits("cross_validation.splits", cv.Splits)
	inside := true
	for _, size := range []struct {
		key   string
		share float64
	}{{"train_size", cv.TrainSize}, {"test_size", cv.TestSize}} {
		if has(size.key) && !(size.share > 0 && size.share < 1) {
			inside = false
			c.fail("cross_validation."+size.key, "give the share of stimuli, as 0.9", "%s is %v, but must be between 0 and 1", size.key, size.share)
		}
	}
	if inside && cv.TrainSize+cv.TestSize > 1 {
		c.fail("cross_validation.test_size", "leave one of them out: it is then what the other leaves", "train_size %v and test_size %v together exceed 1", cv.TrainSize, cv.TestSize)
	}
}

// apart checks which train stimuli are left out, and the order that splits are drawn in.
func (c *checker) apart(cv *CrossValidation) {
	const apart, except = "cross_validation.apart", "cross_validation.except"
	switch {
	case c.Has(apart) && cv.Apart == "":
		c.fail(apart, "name a column of the stimulus set", "apart is empty")
	case c.Has(except) && !c.Has(apart):
		c.fail(except, "add apart: COLUMN", "except is given without apart")
	case cv.Except != nil && cv.Except.Bounds != nil:
		c.fail(except, "give the values that train and test stimuli may share, as 0 or [0, 1]", "except is %s", cv.Except)
	}
	if c.Has("cross_validation.order") {
		c.choice("cross_validation.order", cv.Order, StimulusSetOrder)
	}
}

// fixedSplit checks a cross-validation by columns of the stimulus set.
func (c *checker) fixedSplit(cv *CrossValidation) {
	if len(cv.Train) == 0 || len(cv.Test) == 0 {
		c.fail("cross_validation", "give both as {column: value}", "train and test go together, each with a column at least")
	}
	for _, key := range []string{"train_size", "test_size", "stratify", "order"} {
		if c.Has("cross_validation." + key) {
			c.fail("cross_validation."+key, "keep train and test, or the size", "%s is given, but train and test fix the split", key)
		}
	}
	if !c.Has("cross_validation.splits") {
		cv.Splits = 1
	} else if cv.Splits != 1 {
		c.fail("cross_validation.splits", "remove it", "splits is %d, but train and test fix one split", cv.Splits)
	}
	if !c.Has("cross_validation.seed") {
		cv.Seed = DefaultSeed
	}
}

// maxSplits bounds what a slip of the keyboard can ask for.
const maxSplits = 100_000

func (c *checker) splits(key string, splits int) {
	if splits < 1 || splits > maxSplits {
		c.fail(key, "10 is usual", "splits is %d, but must be from 1 to %d", splits, maxSplits)
	}
}
