package hdf5

// unlzf undoes LZF, the filter that h5py calls "lzf": runs of literals, and
// matches of an offset back.
func unlzf(dst, src []byte) (int, error) {
	n := 0
	for i := 0; i < len(src); {
		ctrl := int(src[i])
		i++
		if ctrl < 32 {
			k := ctrl + 1
			if k > len(src)-i || k > len(dst)-n {
				return n, corruptf(-1, "lzf data overruns its chunk")
			}
			n += copy(dst[n:], src[i:i+k])
			i += k
			continue
		}
		k := ctrl >> 5
		if k == 7 {
			if i >= len(src) {
				return n, corruptf(-1, "lzf data is cut off")
			}
			k += int(src[i])
			i++
		}
		k += 2
		if i >= len(src) {
			return n, corruptf(-1, "lzf data is cut off")
		}
		from := n - (ctrl&31<<8 | int(src[i])) - 1
		i++
		if from < 0 || k > len(dst)-n {
			return n, corruptf(-1, "lzf data overruns its chunk")
		}
		// The match may overlap what it produces.
		for range k {
			dst[n] = dst[from]
			n++
			from++
		}
	}
	return n, nil
}
