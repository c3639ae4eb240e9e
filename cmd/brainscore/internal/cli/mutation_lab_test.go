package cli

import (
	"archive/zip"
	"bytes"
	"errors"
	"fmt"
	"io/fs"
	"math/rand/v2"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/brainscore-go/brainscore/pkg/stimuli/npy"
)

// mutable is an input that is mutated, and the command that reads it. The command
// succeeds on the input as it is.
type mutable struct {
	file    string   // in the lab's folder
	command []string // its words are relative to the folder
	// same is set if an equivalent input must lead to the same output. Some outputs
	// list the columns of a table.
	same bool
}

// writeLab writes small inputs of all formats into a folder and returns them with
// their commands.
func writeLab(t *testing.T, dir string) []mutable {
	t.Helper()
	put := func(name, text string) {
		path := filepath.Join(dir, filepath.FromSlash(name))
		if err := errors.Join(os.MkdirAll(filepath.Dir(path), 0o777), os.WriteFile(path, []byte(text), 0o666)); err != nil {
			t.Fatal(err)
		}
	}
	r := rand.New(rand.NewPCG(1, 2))
	array := func(name string, rows, cols int, value func(row, col int) float64) {
		var b bytes.Buffer
		values := make([]float64, rows*cols)
		for i := range values {
			values[i] = value(i/cols, i%cols)
		}
		if err := npy.Write(&b, rows, cols, values); err != nil {
			t.Fatal(err)
		}
		put(name, b.String())
	}
	signal := func(row, col int) float64 { return float64(row%4*(col%3)) + r.NormFloat64() }

	const n = 24
	set, presentation, neuroids := "stimulus_id,object_name\n", "stimulus_id,object_name,repetition\n", "neuroid_id,region\n"
	pairs, humans, responses, times := "stimulus_id,truth,sample_obj,dist_obj,choice\n", "subject,condition,stimulus_id,truth,choice\n", "stimulus_id,choice\n", "stimulus_id,truth,i1,ost\n"
	object := func(i int) string { return fmt.Sprintf("o%d", i%4) }
	choice := func(i int) string {
		if r.IntN(10) < 7-6*min(1, i%3) { // a third of the stimuli are hard
			return object(r.IntN(4))
		}
		return object(i)
	}
	for i := range n {
		id := fmt.Sprintf("s%02d", i)
		set += fmt.Sprintf("%s,%s\n", id, object(i))
		for k := 1; k < 4; k++ {
			for range 6 {
				chosen := object(i)
				if r.IntN(3) == 0 {
					chosen = object(i + k)
				}
				pairs += fmt.Sprintf("%s,%s,%s,%s,%s\n", id, object(i), object(i), object(i+k), chosen)
			}
		}
		for _, subject := range []string{"a", "b", "c"} {
			humans += fmt.Sprintf("%s,%d,%s,%s,%s\n", subject, i%2, id, object(i), choice(i))
		}
		responses += fmt.Sprintf("%s,%s\n", id, choice(i))
		times += fmt.Sprintf("%s,%s,%.2f,%d\n", id, object(i), r.Float64(), 80+10*(i%3))
	}
	triplets := "subject,first,second,third,choice\n"
	for i := range 60 {
		shown := r.Perm(n)[:3]
		triplets += fmt.Sprintf("%d,s%02d,s%02d,s%02d,s%02d\n", i%3, shown[0], shown[1], shown[2], shown[r.IntN(3)])
	}
	for repetition := range 2 {
		for i := range n {
			presentation += fmt.Sprintf("s%02d,%s,%d\n", i, object(i), repetition)
		}
	}
	for j := range 6 {
		neuroids += fmt.Sprintf("n%d,%s\n", j, []string{"IT", "IT", "V4"}[j%3])
	}
	put("home/stimuli/set/stimuli.csv", set)
	put("home/stimuli/small/stimuli.csv", "stimulus_id,object_name\nim0,a\nim1,b\nim2,a\nim3,b\nim4,a\nim5,b\n")
	put("home/assemblies/rec/assembly.yaml", "identifier: rec\nkind: neural\nstimulus_set: set\n")
	put("home/assemblies/rec/presentation.csv", presentation)
	put("home/assemblies/rec/neuroid.csv", neuroids)
	array("home/assemblies/rec/values.npy", 2*n, 6, signal)
	for name, table := range map[string]string{"pairs/trials.csv": pairs, "humans/trials.csv": humans, "odd/trials.csv": triplets, "solved/osts.csv": times} {
		put("home/assemblies/"+name, table)
		put("home/assemblies/"+filepath.Dir(name)+"/assembly.yaml", "identifier: "+filepath.Dir(name)+"\nkind: behavioral\nstimulus_set: set\n")
	}
	put("home/benchmarks/ridge.yaml", "identifier: ridge\nversion: 1\nkind: neural\nregion: IT\nparent: IT\nassembly: rec\nselect: {region: IT}\nstimulus_set: set\nmetric: {name: ridge}\ncross_validation: {splits: 2, train_size: 0.75, stratify: object_name, seed: 1}\nceiling: {name: internal_consistency, splits: 2, seed: 1}\nscore: explained_variance\n")
	put("home/benchmarks/rdm.yaml", "identifier: rdm\nversion: 1\nkind: neural\nregion: IT\nassembly: rec\nselect: {region: V4}\nstimulus_set: set\nmetric: {name: rdm}\ncross_validation: {splits: 2, train_size: 0.5, seed: 1}\nceiling: {value: 0.9}\nscore: ratio\n")
	put("home/benchmarks/i2n.yaml", "identifier: i2n\nversion: 1\nkind: behavioral\nregion: behavior\nparent: behavior\nassembly: pairs\nstimulus_set: set\nmetric: {name: i2n, skip_missing: true}\n")
	put("home/benchmarks/consistency.yaml", "identifier: consistency\nversion: 1\nkind: behavioral\nregion: behavior\nassembly: humans\nstimulus_set: set\nmetric: {name: error_consistency}\n")
	put("home/benchmarks/odd.yaml", "identifier: odd\nversion: 1\nkind: behavioral\nregion: behavior\nparent: behavior\nassembly: odd\nstimulus_set: set\nmetric: {name: odd_one_out, similarity: dot}\nceiling: {value: 0.7}\nscore: ratio\n")
	put("home/benchmarks/ost.yaml", "identifier: ost\nversion: 1\nkind: behavioral\nregion: IT\nparent: OST\nassembly: solved\nstimulus_set: set\nmetric: {name: ost, weight_decay: 0.463}\ncross_validation: {splits: 2, test_size: 0.25, seed: 1}\nceiling: {value: 0.79}\nscore: ratio\n")
	put("net/model.yaml", "identifier: net # a model\ncommitments: {IT: fc}\nmetadata: {top1: 0.7, family: cnn}\n")
	put("net/set/stimulus_ids.csv", "stimulus_id\n"+strings.Join(strings.Fields(strings.Join(column(set), " ")), "\n")+"\n")
	put("net/set/choices.csv", "choice\no0\no1\no2\no3\n")
	put("net/set/responses.csv", responses)
	array("net/set/fc.npy", n, 8, signal)
	array("net/set/probabilities.npy", n, 4, func(row, col int) float64 {
		if row%4 == col {
			return .4 + .3*r.Float64()
		}
		return .1 + .1*r.Float64()
	})
	put("chooser/model.yaml", "identifier: chooser\n")
	array("chooser/set/logits.npy", n, 5, func(row, col int) float64 { return 10*r.NormFloat64() + 8*float64(1-min(1, (row%4-col)*(row%4-col))) })
	put("chooser/set/classes.csv", "class\nn01440764\nn01443537\nn01484850\nn01491361\nn01494475\n")
	put("home/benchmarks/own.csv", "choice,index\no0,0\no0,4\no1,1\no2,2\no3,3\n")
	put("home/benchmarks/top1.yaml", "identifier: top1\nversion: 1\nkind: behavioral\nregion: behavior\nstimulus_set: set\ntruth: object_name\nchoices: own.csv\nexclude: {object_name: [none]}\nmetric: {name: accuracy}\n")
	put("home/benchmarks/distance.yaml", "identifier: distance\nversion: 1\nkind: behavioral\nregion: behavior\nassembly: humans\nstimulus_set: set\nchoices: own.csv\nmetric: {name: accuracy_distance, by: [condition]}\nscore: ratio\n")
	// A layer that is wide enough for inner products.
	put("wide/model.yaml", "identifier: wide\ncommitments: {IT: fc}\n")
	array("wide/set/fc.npy", n, 180_000, func(row, col int) float64 { return float64((row*row*31+col*7+row*col)%97) - 48 })
	put("slow/model.yaml", "commitments: {IT: fc, behavior: fc2}\n")
	array("slow/set/fc2.npy", n, 8, signal)
	for k, bin := range []string{"70-80", "80-90", "90-100", "100-110"} {
		array("slow/set/fc/"+bin+".npy", n, 8, func(row, col int) float64 { // some stimuli are solved later than others
			return r.NormFloat64()/2 + max(0, float64(k-row/4%3))*float64(row%4*(col%3))
		})
	}
	// Dissimilarities of six stimuli for two subjects, and of a layer.
	distance := func(i, k int) float64 { return float64((i*k+i+k)%7+1) / 2 * float64(min(1, (i-k)*(i-k))) }
	columns := "neuroid_id,subject\n"
	for _, subject := range []string{"p", "q"} {
		for i := range 6 {
			columns += fmt.Sprintf("im%d,%s\n", i, subject)
		}
	}
	put("home/assemblies/given/assembly.yaml", "identifier: given\nkind: neural\nstimulus_set: small\nvalues: dissimilarities\n")
	put("home/assemblies/given/presentation.csv", "stimulus_id\nim0\nim1\nim2\nim3\nim4\nim5\n")
	put("home/assemblies/given/neuroid.csv", columns)
	array("home/assemblies/given/values.npy", 6, 12, func(row, col int) float64 { return distance(row, col%6) * float64(1+col/6*(row+col)%3) })
	put("home/benchmarks/given.yaml", "identifier: given\nversion: 1\nkind: neural\nregion: IT\nassembly: given\nstimulus_set: small\nper: subject\nmetric: {name: rdm, compare: pearson}\nceiling: {name: leave_one_subject_out}\nscore: ratio\n")
	array("given/small/fc.rdm.npy", 6, 6, distance)
	put("matrix.csv", ",im0,im1,im2\nim0,0,1,2\nim1,1,0,3\nim2,2,3,0\n")
	put("trials.csv", "subj,session,trial,rt,object_response,category,condition,imagename\ns1,1,1,.5,x,x,0,im0.png\ns1,1,2,NaN,na,y,1.0,im1.png\ns2,1,1,.4,y,x,0,im0.png\ns2,1,2,.4,y,y,1.0,im1.png\n")
	put("responses.csv", "subject,stimulus_id,truth,choice\nm,im0,x,x\nm,im1,y,x\nm,im2,x,x\nm,im3,y,y\nm,im4,x,x\nm,im5,y,y\n")
	put("table.csv", "model,V4,IT,behavior,top1,family\na,.1,.4,.5,70,cnn\nb,.2,.3,.4,80,vit\nc,.3,.2,.6,,cnn\nd,.25,.35,.2,60,vit\n")
	put("composite.yaml", "identifier: mine\nof: ceiled\nmean: [{name: ventral, mean: [V4, IT]}, behavior]\n")
	put("registry.csv", "package,registry,name,identifier,bucket,sha1,version_id,csv_sha1,csv_version_id,zip_sha1,zip_version_id,stimulus_set\nx,stimulus_set_registry,set,set,bucket/f,,,"+strings.Repeat("a", 40)+",null,,null,\nx,data_registry,rec,rec,bucket/f,"+strings.Repeat("b", 40)+",v,,,,,set\n")
	for _, name := range []string{"features.nc", "features.h5", "features.npz", "features_fc.npy", "assy_transposed.nc"} {
		data, err := os.ReadFile("../../../../testdata/brainio/" + name)
		if err != nil {
			t.Fatal(err)
		}
		put(name, string(data))
	}
	rows, err := zip.OpenReader("../../../../pkg/imports/testdata/rows.zip")
	if err != nil {
		t.Fatal(err)
	}
	defer rows.Close()
	matlab, err := fs.ReadFile(rows, "cell.mat")
	if err != nil {
		t.Fatal(err)
	}
	put("features.mat", string(matlab))
	return append(scoreInputs(), otherInputs()...)
}

// column returns the first cells of a table's rows.
func column(table string) (cells []string) {
	for _, line := range strings.Split(strings.TrimSpace(table), "\n")[1:] {
		cell, _, _ := strings.Cut(line, ",")
		cells = append(cells, cell)
	}
	return cells
}

// scoreInputs are the inputs of score, by benchmark.
func scoreInputs() (all []mutable) {
	add := func(benchmark, model string, files ...string) {
		for _, file := range files {
			all = append(all, mutable{file, []string{"score", model, "--data", "home", "--benchmark", benchmark, "--format", "csv", "--quiet"}, true})
		}
	}
	const rec, net = "home/assemblies/rec/", "net/set/"
	add("ridge", "net", "home/stimuli/set/stimuli.csv", rec+"assembly.yaml", rec+"presentation.csv", rec+"neuroid.csv", rec+"values.npy", "home/benchmarks/ridge.yaml", "net/model.yaml", net+"fc.npy", net+"stimulus_ids.csv")
	add("rdm", "net", rec+"values.npy", net+"fc.npy", "home/benchmarks/rdm.yaml", rec+"neuroid.csv")
	add("given", "given", "home/assemblies/given/assembly.yaml", "home/assemblies/given/presentation.csv", "home/assemblies/given/neuroid.csv", "home/assemblies/given/values.npy", "home/benchmarks/given.yaml", "given/small/fc.rdm.npy")
	add("i2n", "net", "home/assemblies/pairs/trials.csv", net+"probabilities.npy", net+"choices.csv", "home/benchmarks/i2n.yaml")
	add("consistency", "net", "home/assemblies/humans/trials.csv", net+"responses.csv", "home/benchmarks/consistency.yaml", "home/assemblies/humans/assembly.yaml")
	add("odd", "slow", "home/assemblies/odd/trials.csv", "home/benchmarks/odd.yaml", "slow/set/fc2.npy")
	add("top1", "chooser", "home/stimuli/set/stimuli.csv", "chooser/set/logits.npy", "chooser/set/classes.csv", "home/benchmarks/own.csv", "home/benchmarks/top1.yaml")
	add("distance", "chooser", "home/assemblies/humans/trials.csv", "home/benchmarks/distance.yaml", "chooser/set/logits.npy")
	add("ost", "slow", "home/assemblies/solved/osts.csv", "slow/set/fc/80-90.npy", "home/benchmarks/ost.yaml")
	return all
}

// otherInputs are the inputs of the other commands.
func otherInputs() []mutable {
	words := strings.Fields
	return []mutable{
		{"home/stimuli/small/stimuli.csv", words("import activations features.npz --data home --stimulus-set small --model new --layer fc --quiet"), true},
		{"features.npz", words("import activations features.npz --data home --stimulus-set small --model new"), false},
		{"features.h5", words("import activations features.h5 --data home --stimulus-set small --model new"), false},
		{"features.mat", words("import activations features.mat --data home --stimulus-set small --model new"), false},
		{"features.nc", words("import activations features.nc --data home --stimulus-set small --model new"), false},
		{"features_fc.npy", words("import activations features_fc.npy --data home --stimulus-set small --model new"), false},
		{"assy_transposed.nc", words("import assembly assy_transposed.nc --data home --stimulus-set small --id new"), false},

		{"matrix.csv", words("import rdm matrix.csv --data home --stimulus-set small --id new"), false},
		{"given/small/fc.rdm.npy", words("import rdm given/small/fc.rdm.npy --data home --stimulus-set small --id new --by-position"), false},
		{"given/small/fc.rdm.npy", words("similarity given --data home --metric rdm --format csv --quiet"), true},

		{"responses.csv", words("import stimuli responses.csv --data home --id new"), false},
		{"responses.csv", words("import responses responses.csv --data home --stimulus-set small --model new"), true},
		{"trials.csv", words("import choices trials.csv --data home --stimulus-set new --id new --exclude condition=1"), true},
		{"scores.json", words("leaderboard scores.json --format csv"), true},
		{"scores.json", words("compare scores.json other.json --format csv"), true},
		{"scores.json", words("analyze scores.json --table table.csv --format csv"), true},
		{"scores.json", words("report scores.json --output new.html"), true},
		{"scores.json", words("plot scores scores.json --output new.svg"), true},
		{"kept/ENTRY", words("leaderboard kept --format csv"), false},
		{"kept/ENTRY", words("score net --data home --benchmark ridge --results kept --format csv --quiet"), false},
		{"plan.json", words("batch status plan.json"), true},
		{"plan.json", words("batch merge plan.json --output new.json"), true},
		{"table.csv", words("leaderboard --table table.csv --format csv"), false},
		{"table.csv", words("analyze --table table.csv --format csv"), false},
		{"composite.yaml", words("leaderboard --table table.csv --composite composite.yaml --format csv"), true},
		{"registry.csv", words("data list --registry registry.csv --data home --format csv"), true},
		{"home/benchmarks/ridge.yaml", words("benchmarks validate home/benchmarks/ridge.yaml --data home"), true},
		{"home/benchmarks/i2n.yaml", words("benchmarks show i2n --data home"), true},
		{"home/assemblies/rec/values.npy", words("ceiling ridge --data home --format csv"), true},
		{"net/set/fc.npy", words("inspect net/set/fc.npy"), false},
		{"net/model.yaml", words("inspect net"), false},
		{"composite.yaml", words("inspect composite.yaml"), false},
		{"net/model.yaml", words("layers net --data home --benchmark ridge --format csv --quiet"), true},
		{"manifest.json", words("pack net --for manifest.json --output new.zip --format csv --quiet"), true},
		{"manifest.json", words("inspect manifest.json"), true},
		{"net.zip", words("score net.zip --data home --format csv --quiet"), false},
		{"net.zip", words("layers net.zip --data home --format csv --quiet"), false},
		{"net.zip", words("inspect net.zip"), false},
		{"net/model.yaml", words("pack net --for manifest.json --output new.zip --format csv --quiet"), true},
		{"compact/set/fc.compact.npz", words("score compact --data home --benchmark ridge --format csv --quiet"), false},
		{"compact/set/fc.compact.npz", words("inspect compact"), false},
		{"compact/model.yaml", words("layers compact --data home --benchmark ridge --format csv --quiet"), true},
		{"home/assemblies/rec/neuroid.csv", words("export rec --data home --output new.npz"), false},
	}
}
