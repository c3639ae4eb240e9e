// Package report writes an HTML page about many models. The file contains everything
// it needs and makes no network requests.
//
// Go renders what can be read without a script: the leaderboard, correlations of
// scores with metadata and with each other, warnings, and the sources of the figures.
// A script draws the rest (sorting, plots, the page of each model) from JSON in the
// page. Ranks, histograms and intervals are computed here, so that the script only
// displays them.
//
// Names and messages come from files that anyone may have written. They are made
// visible (see visible) and reach the page only as text: escaped by html/template, or
// set by the script as the text of an element. A content security policy allows only
// the page's own script and style, by their hashes.
package report
