package hostile

import "testing"

func TestFill(t *testing.T) {
	type inner struct{ Name string }
	var v struct {
		Text   string
		List   []string
		ByName map[string][]inner
		Facts  map[string]any
		Next   *inner
		Err    error
		Number float64
		Count  int
		hidden string
	}
	Fill(&v, "x")
	if v.Text != "x" || len(v.List) != 1 || v.List[0] != "x" || len(v.ByName["x"]) != 1 || v.ByName["x"][0].Name != "x" ||
		v.Facts["x"] != "x" || v.Next.Name != "x" || v.Err.Error() != "x" || v.Number != 0.5 || v.Count != 3 || v.hidden != "" {
		t.Errorf("got %+v", v)
	}
}
