package archive

import "testing"

// faults.md 29: what people write is text in a spreadsheet, never a formula.
func TestFault29CellsAreNoFormulas(t *testing.T) {
	for cell, want := range map[string]string{
		"=cmd|' /C calc'!A0": "'=cmd|' /C calc'!A0", "+1+1": "'+1+1", "-2": "'-2", "@SUM(A1)": "'@SUM(A1)", "\t=1": "'\t=1", "  =1": "'  =1",
		"＝1+1": "'＝1+1", "Is 1=1?": "Is 1=1?", "": "", "Why?": "Why?", "\u3000=1": "'\u3000=1",
	} {
		if got := plainCell(cell); got != want {
			t.Errorf("%q becomes %q, want %q", cell, got, want)
		}
	}
}
