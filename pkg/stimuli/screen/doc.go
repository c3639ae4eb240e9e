// Package screen puts images on the screen of a model, so that they have the size in
// degrees of visual angle at which people and animals saw them.
package screen
