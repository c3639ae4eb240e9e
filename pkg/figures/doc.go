// Package figures draws scores: bars with errors and ceilings, scores against
// metadata, layers, agreement of benchmarks, and neuroids. Figures are SVG or PNG
// at print size, the same bytes for the same scores.
//
// Colours are those of Okabe and Ito, which people of all kinds of colour vision
// tell apart; families differ in shape too. Text is set in Liberation Sans, which
// is part of the program.
package figures
