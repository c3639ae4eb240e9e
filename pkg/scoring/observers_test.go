package scoring

import (
	"encoding/csv"
	"errors"
	"maps"
	"math"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/brainscore-go/brainscore/pkg/benchmarks"
	"github.com/brainscore-go/brainscore/pkg/observers"
)

const geirhos = "../../testdata/geirhos2021"

// readAnswers reads answers from a folder with a home and models.
func readAnswers(t *testing.T, folder string, request AnswersRequest) (*observers.Answers, []benchmarks.ModelResult, error) {
	t.Helper()
	for i, m := range request.Models {
		request.Models[i] = filepath.Join(folder, "models", m)
	}
	return NewRunner(benchmarks.Home{Dir: filepath.Join(folder, "home")}, Options{}).Answers(t.Context(), request)
}

// plainRow is a row of a table that a test reads by itself.
type plainRow map[string]string

func readPlain(t *testing.T, path string) (rows []plainRow) {
	t.Helper()
	f, err := os.Open(path)
	if err != nil {
		t.Fatal(err)
	}
	defer f.Close()
	all, err := csv.NewReader(f).ReadAll()
	if err != nil {
		t.Fatal(err)
	}
	for _, fields := range all[1:] {
		row := plainRow{}
		for k, name := range all[0] {
			row[name] = fields[k]
		}
		rows = append(rows, row)
	}
	return rows
}

// plainTrials returns the trials of each subject and the answers of each model to the same
// stimuli, by observer.
func plainTrials(t *testing.T, folder, assembly, set string, models []string) map[string][]plainRow {
	t.Helper()
	of := map[string][]plainRow{}
	shown := map[[2]string]bool{}
	for _, row := range readPlain(t, filepath.Join(folder, "home/assemblies", assembly, "trials.csv")) {
		of["s:"+row["subject"]] = append(of["s:"+row["subject"]], row)
		key := [2]string{row["condition"], row["stimulus_id"]}
		for _, m := range models {
			if !shown[key] {
				of["m:"+m] = append(of["m:"+m], plainRow{"condition": row["condition"], "stimulus_id": row["stimulus_id"], "truth": row["truth"]})
			}
		}
		shown[key] = true
	}
	for _, m := range models {
		choice := map[string]string{}
		for _, row := range readPlain(t, filepath.Join(folder, "models", m, set, "responses.csv")) {
			choice[row["stimulus_id"]] = row["choice"]
		}
		for _, row := range of["m:"+m] {
			row["choice"] = choice[row["stimulus_id"]]
		}
	}
	return of
}

// plainKappa is κ by its definition, in each condition, then the mean.
func plainKappa(x, y []plainRow) float64 {
	first := map[[2]string]bool{}
	seen := map[[2]string]bool{}
	for _, row := range x {
		key := [2]string{row["condition"], row["stimulus_id"]}
		if !seen[key] {
			seen[key], first[key] = true, row["choice"] == row["truth"]
		}
	}
	type table struct{ n, a, b, agree float64 }
	tables := map[string]*table{}
	done := map[[2]string]bool{}
	for _, row := range y {
		key := [2]string{row["condition"], row["stimulus_id"]}
		if !seen[key] || done[key] {
			continue
		}
		done[key] = true
		c := tables[row["condition"]]
		if c == nil {
			c = &table{}
			tables[row["condition"]] = c
		}
		right := row["choice"] == row["truth"]
		c.n++
		if first[key] {
			c.a++
		}
		if right {
			c.b++
		}
		if first[key] == right {
			c.agree++
		}
	}
	sum, n := 0.0, 0.0
	for _, c := range tables {
		a, b, observed := c.a/c.n, c.b/c.n, c.agree/c.n
		expected := a*b + (1-a)*(1-b)
		if 1-expected > 1e-12 {
			sum += (observed - expected) / (1 - expected)
			n++
		}
	}
	return sum / n
}

func sameOrNaN(a, b float64) bool { return near(a, b, 1e-12) || math.IsNaN(a) && math.IsNaN(b) }

// The tables of real people and networks equal plain arithmetic on the rows of the files;
// toys.patchy has missing and repeated trials.
func TestAnswersAgainstPlainArithmetic(t *testing.T) {
	nets := []string{"alexnet", "resnet50", "vit-b-16"}
	for _, c := range []struct {
		folder, benchmark, assembly, set string
		models                           []string
	}{
		{geirhos, "Geirhos2021contrast-error_consistency", "Geirhos2021contrast", "Geirhos2021contrast", nets},
		{geirhos, "Geirhos2021cueconflict-accuracy_distance", "Geirhos2021cueconflict", "Geirhos2021cueconflict", nets},
		{geirhos, "Geirhos2021sketch-error_consistency", "Geirhos2021sketch", "Geirhos2021sketch", nets},
		{choicesGolden, "toys.patchy-error_consistency", "toys.patchy", "toys", []string{"answer-net"}},
		{choicesGolden, "toys-accuracy_distance_by", "toys.humans", "toys", []string{"answer-net"}},
	} {
		a, failures, err := readAnswers(t, c.folder, AnswersRequest{Models: slices.Clone(c.models), Benchmark: c.benchmark})
		if err != nil || len(failures) > 0 {
			t.Fatalf("%s: %v, %v", c.benchmark, err, failures)
		}
		plain := plainTrials(t, c.folder, c.assembly, c.set, c.models)
		rowsOf := func(g observers.Group) []plainRow {
			switch g.Kind {
			case observers.Model:
				return plain["m:"+g.Name]
			case observers.Subject:
				return plain["s:"+g.Name]
			}
			var rows []plainRow
			for name, of := range plain {
				if strings.HasPrefix(name, "s:") {
					rows = append(rows, of...)
				}
			}
			return rows
		}
		checkAccuracies(t, c.benchmark, a, rowsOf)
		checkConfusions(t, c.benchmark, a, rowsOf)
		kappas, err := a.Consistency(t.Context())
		if err != nil {
			t.Fatal(err)
		}
		if want := len(plain); len(kappas.Groups) != want {
			t.Fatalf("%s: %d observers, want %d", c.benchmark, len(kappas.Groups), want)
		}
		for i, g := range kappas.Groups {
			for j, h := range kappas.Groups {
				want := plainKappa(rowsOf(g), rowsOf(h))
				if i == j {
					want = math.NaN()
				}
				if got := kappas.Kappa[i][j]; !sameOrNaN(got, want) {
					t.Errorf("%s: κ of %s and %s is %v, want %v", c.benchmark, g.Name, h.Name, got, want)
				}
			}
		}
		if a.Texture != nil {
			checkBiases(t, c.benchmark, a, rowsOf, readPlain(t, filepath.Join(c.folder, "home/stimuli", c.set, "stimuli.csv")))
		}
	}
}

func checkAccuracies(t *testing.T, benchmark string, a *observers.Answers, rowsOf func(observers.Group) []plainRow) {
	t.Helper()
	table, err := a.Accuracies()
	if err != nil {
		t.Fatal(err)
	}
	for i, g := range table.Groups {
		want := map[string]observers.Share{}
		for _, row := range rowsOf(g) {
			s := want[row["condition"]]
			s.Trials++
			if row["choice"] == row["truth"] {
				s.Right++
			}
			want[row["condition"]] = s
		}
		for k, condition := range table.Conditions {
			if got := table.Cells[i][k]; got != want[condition] {
				t.Errorf("%s: %s in %q: %+v, want %+v", benchmark, g.Name, condition, got, want[condition])
			}
		}
		if extra := len(want) - len(table.Conditions); extra > 0 {
			t.Errorf("%s: %d conditions are missing", benchmark, extra)
		}
	}
}

func checkConfusions(t *testing.T, benchmark string, a *observers.Answers, rowsOf func(observers.Group) []plainRow) {
	t.Helper()
	table, err := a.Confusions()
	if err != nil {
		t.Fatal(err)
	}
	for i, g := range table.Groups {
		want := map[[2]string]int{}
		for _, row := range rowsOf(g) {
			want[[2]string{row["truth"], row["choice"]}]++
		}
		got := map[[2]string]int{}
		for j, truth := range table.Truths {
			for k, choice := range table.Choices {
				if n := table.Counts[i][j][k]; n > 0 {
					got[[2]string{truth, choice}] = n
				}
			}
		}
		if !maps.Equal(got, want) {
			t.Errorf("%s: %s has the confusions %v, want %v", benchmark, g.Name, got, want)
		}
	}
}

func checkBiases(t *testing.T, benchmark string, a *observers.Answers, rowsOf func(observers.Group) []plainRow, set []plainRow) {
	t.Helper()
	texture := map[string]string{}
	for _, row := range set {
		texture[row["stimulus_id"]] = row["texture"]
	}
	table, err := a.ShapeBiases()
	if err != nil {
		t.Fatal(err)
	}
	for i, g := range table.Groups {
		want := map[string]observers.Bias{}
		for _, row := range rowsOf(g) {
			shape, texture := row["truth"], texture[row["stimulus_id"]]
			if shape == texture {
				continue
			}
			for _, category := range []string{shape, ""} {
				b := want[category]
				b.Trials++
				if row["choice"] == shape {
					b.Shape++
				} else if row["choice"] == texture {
					b.Texture++
				}
				want[category] = b
			}
		}
		for k, category := range table.Categories {
			if got := table.Cells[i][k]; got != want[category] {
				t.Errorf("%s: %s and %s: %+v, want %+v", benchmark, g.Name, category, got, want[category])
			}
		}
		if table.All[i] != want[""] || len(want) != len(table.Categories)+1 {
			t.Errorf("%s: %s: %+v, want %+v", benchmark, g.Name, table.All[i], want[""])
		}
	}
	// Figures that model-vs-human computes of the same files.
	if benchmark == "Geirhos2021cueconflict-accuracy_distance" {
		for name, want := range map[string]float64{"alexnet": .26074, "resnet50": .22070, "vit-b-16": .39566, observers.PeopleName: .95869} {
			i := slices.IndexFunc(table.Groups, func(g observers.Group) bool { return g.Name == name })
			if got := table.All[i].Value(); !near(got, want, 5e-6) {
				t.Errorf("the shape bias of %s is %v, want %v", name, got, want)
			}
		}
	}
}

// The figures of a ranking are the raw scores of the benchmarks on the same trials.
func TestRankAgainstScores(t *testing.T) {
	models := []string{"alexnet", "resnet50", "vit-b-16"}
	var all []*observers.Answers
	sets := []string{"Geirhos2021contrast", "Geirhos2021sketch"}
	for _, set := range sets {
		a, _, err := readAnswers(t, geirhos, AnswersRequest{Models: slices.Clone(models), Benchmark: set + "-error_consistency"})
		if err != nil {
			t.Fatal(err)
		}
		all = append(all, a)
	}
	r, err := observers.Rank(t.Context(), all)
	if err != nil {
		t.Fatal(err)
	}
	ranks, figures := map[string]float64{}, map[string]map[string]float64{}
	for _, m := range r.Models {
		want := map[string]float64{}
		for _, set := range sets {
			request := Request{Models: []string{filepath.Join(geirhos, "models", m.Name)}}
			for _, metric := range []string{"top1", "accuracy_difference", "observed_consistency", "error_consistency"} {
				request.Benchmarks = append(request.Benchmarks, set+"-"+metric)
			}
			report, err := NewRunner(benchmarks.Home{Dir: geirhos + "/home"}, Options{}).Score(t.Context(), request)
			if err != nil || len(report.Models[0].Failures) > 0 {
				t.Fatal(err, report)
			}
			for _, s := range report.Models[0].Scores {
				want[strings.TrimPrefix(s.Benchmark, set+"-")] += s.Raw.Value / float64(len(sets))
			}
		}
		for name, got := range map[string]float64{"top1": m.Accuracy, "accuracy_difference": m.AccuracyDifference, "observed_consistency": m.ObservedConsistency, "error_consistency": m.ErrorConsistency} {
			if !near(got, want[name], 1e-14) {
				t.Errorf("%s of %s is %v, want %v", name, m.Name, got, want[name])
			}
		}
		ranks[m.Name] = m.MeanRank
		figures[m.Name] = want
	}
	for _, m := range models {
		want := 0.0
		for metric, sign := range map[string]float64{"accuracy_difference": 1, "observed_consistency": -1, "error_consistency": -1} {
			rank := 1.0
			for _, other := range models {
				if sign*figures[other][metric] < sign*figures[m][metric] {
					rank++
				}
			}
			want += rank / 3
		}
		if !near(ranks[m], want, 1e-12) {
			t.Errorf("the mean rank of %s is %v, want %v", m, ranks[m], want)
		}
	}
}

// A benchmark on right answers alone has the models' answers to its whole stimulus set, in
// the conditions of the set; choices are made of logits and probabilities as for scores.
func TestAnswersWithoutPeople(t *testing.T) {
	for benchmark, model := range map[string]string{"toys-top1": "prob-net", "photos-top1": "logit-net", "tools-top1_own": "logit-net", "contour-top1": "feature-net", "toys-top1_hard": "answer-net"} {
		a, failures, err := readAnswers(t, choicesGolden, AnswersRequest{Models: []string{model}, Benchmark: benchmark})
		if err != nil || len(failures) > 0 {
			t.Fatalf("%s: %v, %v", benchmark, err, failures)
		}
		report, err := NewRunner(benchmarks.Home{Dir: choicesGolden + "/home"}, Options{}).Score(t.Context(),
			Request{Models: []string{filepath.Join(choicesGolden, "models", model)}, Benchmarks: []string{benchmark}})
		if err != nil {
			t.Fatal(err)
		}
		for i, m := range a.Models {
			right := 0
			for _, answer := range m.Answers {
				if answer.Right {
					right++
				}
			}
			score := report.Models[0].Scores[i]
			if got := float64(right) / float64(len(m.Answers)); got != score.Raw.Value || score.Layer != m.Layer || len(m.Answers) != score.Counts.Stimuli {
				t.Errorf("%s: the accuracy of %s is %v on %d stimuli, want %v on %d", benchmark, m.Layer, got, len(m.Answers), score.Raw.Value, score.Counts.Stimuli)
			}
		}
		if want := map[string]int{"toys-top1": 4, "toys-top1_hard": 3}[benchmark]; want > 0 && len(a.Conditions) != want {
			t.Errorf("%s has the conditions %q", benchmark, a.Conditions)
		}
		if len(a.People) > 0 {
			t.Errorf("%s has people", benchmark)
		}
	}
}

// What answers cannot be made of is invalid data with a remedy.
func TestAnswersMistakes(t *testing.T) {
	for _, c := range []struct {
		name    string
		request AnswersRequest
		parts   []string
	}{
		{"an unknown benchmark", AnswersRequest{Benchmark: "toys-top2"}, []string{"toys-top2", "toys-top1"}},
		{"triplets", AnswersRequest{Benchmark: "things-odd_one_out"}, []string{"things-odd_one_out compares", "choices by subject"}},
		{"an unknown condition", AnswersRequest{Benchmark: "toys-error_consistency", By: []string{"contrast"}}, []string{"trials.csv", `no column "contrast"`}},
		{"an unknown condition of the set", AnswersRequest{Benchmark: "toys-top1", By: []string{"contrast"}}, []string{"stimuli.csv", `no column "contrast"`}},
		{"an unknown texture", AnswersRequest{Benchmark: "cues-shape_bias", Texture: "surface"}, []string{"stimuli.csv", `no column "surface"`}},
		{"no data", AnswersRequest{Benchmark: "Geirhos2021sketch-error_consistency"}, []string{"Geirhos2021sketch"}},
	} {
		c.request.Models = []string{"answer-net"}
		_, _, err := readAnswers(t, choicesGolden, c.request)
		var data interface{ DataError() bool }
		if err == nil || !errors.As(err, &data) || !data.DataError() {
			t.Errorf("%s: %v", c.name, err)
			continue
		}
		for _, part := range c.parts {
			if !strings.Contains(err.Error(), part) {
				t.Errorf("%s: %q lacks %q", c.name, err, part)
			}
		}
	}
	a, failures, err := readAnswers(t, choicesGolden, AnswersRequest{Models: []string{"answer-net", "triad-net"}, Benchmark: "toys-error_consistency"})
	if err != nil || len(a.Models) != 1 || len(failures) != 1 || failures[0].Model != "triad-net" || !strings.Contains(failures[0].Failures[0].Err.Error(), "has no folder for the stimulus set") {
		t.Errorf("a model without choices: %v, %v", failures, err)
	}
	if a, _, err := readAnswers(t, choicesGolden, AnswersRequest{Models: []string{"answer-net"}, Benchmark: "toys-error_consistency"}); err != nil {
		t.Error(err)
	} else if _, err := a.ShapeBiases(); err == nil || !strings.Contains(err.Error(), "--texture") {
		t.Errorf("no textures: %v", err)
	}
}
