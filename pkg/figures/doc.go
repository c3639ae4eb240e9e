// Package figures draws scores: bars with errors and ceilings, scores against
// metadata, layer curves, the agreement of benchmarks, and distributions over
// neuroids. New makes a Figure of a kind from ranking data; Write encodes it as SVG or
// PNG at print size. The same scores give the same bytes.
//
// Colours are those of Okabe and Ito, which people with any kind of colour vision can
// distinguish; families differ in shape too. Text is set in Liberation Sans, which is
// embedded in the program.
package figures
