// Package report writes a page about many models: an HTML file that holds all
// it needs and asks nothing of any network.
//
// What can be read without a script is written as HTML here: the leaderboard,
// how scores go with metadata and with each other, warnings, where the figures
// come from. All else (sorting, plots, the page of each model) is drawn by a
// script from data that the page holds as JSON. Ranks, histograms and intervals
// are computed here, so that the script only shows.
//
// Names and messages come from files that anyone may have written. They are
// made visible (see visible), and reach the page only as text: escaped by
// html/template, or set by the script as the text of an element. A content
// security policy allows the page's own script and style by their hashes and
// nothing else.
package report
