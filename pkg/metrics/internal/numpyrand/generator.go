package numpyrand

import "math/bits"

// Generator is numpy's default_rng(seed): PCG64, seeded by a SeedSequence.
//
// References: O'Neill 2014 (PCG, XSL-RR, 128 bits); numpy 1.24,
// numpy/random/bit_generator.pyx (SeedSequence) and src/pcg64.
type Generator struct {
	high, low       uint64 // state
	incHigh, incLow uint64 // increment
	half            uint32 // of the last 64 bits, if there is one left
	hasHalf         bool
}

// NewGenerator seeds as default_rng(seed) does.
func NewGenerator(seed uint64) *Generator {
	words := seedWords(seed)
	g := &Generator{incHigh: words[2]<<1 | words[3]>>63, incLow: words[3]<<1 | 1}
	g.step()
	var carry uint64
	g.low, carry = bits.Add64(g.low, words[1], 0)
	g.high, _ = bits.Add64(g.high, words[0], carry)
	g.step()
	return g
}

// seedWords returns the four words that a SeedSequence of one number generates.
func seedWords(seed uint64) (words [4]uint64) {
	const (
		initA, multiplierA = 0x43b0d7e5, 0x931e8875
		initB, multiplierB = 0x8b51f9dd, 0x58f38ded
		mixLeft, mixRight  = 0xca01f9dd, 0x4973f715
	)
	hash := func(constant *uint32, multiplier, value uint32) uint32 {
		value ^= *constant
		*constant *= multiplier
		value *= *constant
		return value ^ value>>16
	}
	constant := uint32(initA)
	var pool [4]uint32
	for i := range pool {
		pool[i] = hash(&constant, multiplierA, uint32(seed>>(32*i)))
	}
	for from := range pool {
		for to := range pool {
			if from != to {
				mixed := mixLeft*pool[to] - mixRight*hash(&constant, multiplierA, pool[from])
				pool[to] = mixed ^ mixed>>16
			}
		}
	}
	constant = initB
	for i := range words {
		low := hash(&constant, multiplierB, pool[2*i%4])
		words[i] = uint64(low) | uint64(hash(&constant, multiplierB, pool[(2*i+1)%4]))<<32
	}
	return words
}

// step advances the state.
func (g *Generator) step() {
	const multiplierHigh, multiplierLow = 0x2360ed051fc65da4, 0x4385df649fccf645
	high, low := bits.Mul64(g.low, multiplierLow)
	high += g.high*multiplierLow + g.low*multiplierHigh
	var carry uint64
	g.low, carry = bits.Add64(low, g.incLow, 0)
	g.high, _ = bits.Add64(high, g.incHigh, carry)
}

// Uint32 draws 32 bits: the low half of 64, then the high one.
func (g *Generator) Uint32() uint32 {
	if g.hasHalf {
		g.hasHalf = false
		return g.half
	}
	g.step()
	drawn := bits.RotateLeft64(g.high^g.low, -int(g.high>>58))
	g.half, g.hasHalf = uint32(drawn>>32), true
	return uint32(drawn)
}

// Permutation is 0 … n-1 in random order.
func (g *Generator) Permutation(n int) []int {
	values := make([]int, n)
	for i := range values {
		values[i] = i
	}
	for i := n - 1; i > 0; i-- {
		j := interval(g.Uint32, uint32(i))
		values[i], values[j] = values[j], values[i]
	}
	return values
}
