package figures

import (
	"math"
	"slices"

	"gonum.org/v1/plot/vg"
	"gonum.org/v1/plot/vg/draw"
)

// label is text that belongs to a point.
type label struct {
	point vg.Point
	text  string
}

// spot is a possible place of a label.
type spot struct {
	box vg.Rectangle
	end vg.Point // of the line from the label's point
	far bool     // the line is drawn
}

// placeLabels draws labels near their points, earlier labels first, so that they hide no
// other label and as few points and lines as possible. A label far from its point gets
// a line to it. Labels without a free place are omitted; placeLabels returns their number.
func placeLabels(c draw.Canvas, labels []label, points []vg.Point, lines [][2]vg.Point, size vg.Length) (omitted int) {
	var taken []vg.Rectangle
	leaders := slices.Clone(lines)
	style := styled(size, ink, false)
	for _, l := range labels {
		w, h := width(l.text, size, false), size
		best, lowest := spot{}, math.Inf(1)
		for _, s := range spots(l.point, w, h) {
			if cost := costOf(s, l.point, c.Rectangle, taken, points, leaders); cost < lowest {
				best, lowest = s, cost
			}
		}
		if math.IsInf(lowest, 1) {
			omitted++
			continue
		}
		taken = append(taken, best.box)
		if best.far {
			leaders = append(leaders, [2]vg.Point{l.point, best.end})
			c.StrokeLine2(draw.LineStyle{Color: faint, Width: 0.35}, l.point.X, l.point.Y, best.end.X, best.end.Y)
		}
		c.FillText(style, vg.Point{X: best.box.Min.X, Y: best.box.Min.Y + size*0.12}, l.text)
	}
	return omitted
}

// spots returns possible places around a point, the nearest first.
func spots(point vg.Point, w, h vg.Length) []spot {
	var all []spot
	for _, distance := range []vg.Length{3.5, 9, 15, 22, 30, 40, 52, 66} {
		directions := 8
		if distance > 4 {
			directions = 24
		}
		for i := range directions {
			sin, cos := math.Sincos(2 * math.Pi * float64(i) / float64(directions))
			end := vg.Point{X: point.X + distance*vg.Length(cos), Y: point.Y + distance*vg.Length(sin)}
			// The side of the box that is nearest to the point touches the end.
			box := vg.Rectangle{Min: vg.Point{X: end.X - w*vg.Length(1-cos)/2, Y: end.Y - h*vg.Length(1-sin)/2}}
			box.Max = vg.Point{X: box.Min.X + w, Y: box.Min.Y + h}
			all = append(all, spot{box, end, distance > 4})
		}
	}
	return all
}

// costOf returns the cost of a place for the label of a point, +Inf if it is not free.
func costOf(s spot, point vg.Point, area vg.Rectangle, taken []vg.Rectangle, points []vg.Point, leaders [][2]vg.Point) float64 {
	b := s.box
	if b.Min.X < area.Min.X || b.Max.X > area.Max.X || b.Min.Y < area.Min.Y || b.Max.Y > area.Max.Y {
		return math.Inf(1)
	}
	for _, t := range taken {
		if overlap(b, t, 1) || s.far && crosses(point, s.end, t) {
			return math.Inf(1)
		}
	}
	cost := math.Hypot(float64(s.end.X-point.X), float64(s.end.Y-point.Y)) / 10
	for _, p := range points {
		if p.X > b.Min.X-2.5 && p.X < b.Max.X+2.5 && p.Y > b.Min.Y-2.5 && p.Y < b.Max.Y+2.5 {
			cost += 4
		}
	}
	for _, l := range leaders {
		if crosses(l[0], l[1], b) {
			cost += 3
		}
		if s.far && meet(point, s.end, l[0], l[1]) {
			cost += 2
		}
	}
	return cost
}

// overlap reports whether two boxes are closer than gap.
func overlap(a, b vg.Rectangle, gap vg.Length) bool {
	return a.Min.X < b.Max.X+gap && b.Min.X < a.Max.X+gap && a.Min.Y < b.Max.Y+gap && b.Min.Y < a.Max.Y+gap
}

// crosses reports whether the line from p to q passes through a box.
func crosses(p, q vg.Point, box vg.Rectangle) bool {
	if max(p.X, q.X) < box.Min.X || min(p.X, q.X) > box.Max.X || max(p.Y, q.Y) < box.Min.Y || min(p.Y, q.Y) > box.Max.Y {
		return false // most boxes are far away
	}
	inside := func(p vg.Point) bool {
		return p.X > box.Min.X && p.X < box.Max.X && p.Y > box.Min.Y && p.Y < box.Max.Y
	}
	c := corners(box)
	return inside(p) || inside(q) || meet(p, q, c[0], c[2]) || meet(p, q, c[1], c[3])
}

// meet reports whether the line from a to b crosses that from c to d.
func meet(a, b, c, d vg.Point) bool {
	side := func(p, q, r vg.Point) bool { return (q.X-p.X)*(r.Y-p.Y) > (q.Y-p.Y)*(r.X-p.X) }
	return side(a, c, d) != side(b, c, d) && side(a, b, c) != side(a, b, d)
}
