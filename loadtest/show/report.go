package show

import "github.com/ovation-live/ovation/loadtest/latency"

// Report is what a run measured. Its JSON is stable: keys are added, never renamed.
type Report struct {
	// Viewers that were connected throughout.
	Viewers int `json:"viewers"`
	// Seconds of load.
	Seconds float64 `json:"seconds"`
	// FramesDelivered to all viewers during the load, personal ones included.
	FramesDelivered int64 `json:"frames_delivered"`
	// LogSent is comments that were acknowledged.
	LogSent int64 `json:"log_sent"`
	// LogLost is entries that a viewer was owed, and was neither given nor told of in notShown, summed over viewers.
	LogLost int64 `json:"log_lost"`
	// LogDuplicated is entries that a viewer was given twice, summed over viewers.
	LogDuplicated int64 `json:"log_duplicated"`
	// NotShown is how many the display budget held back, as told to viewers.
	NotShown int64 `json:"not_shown"`
	// TapsSent is hearts in the tap frames that were sent.
	TapsSent int64 `json:"taps_sent"`
	// TapsCounted is by how much the room's total rose.
	TapsCounted int64 `json:"taps_counted"`
	// TapsOverCap is hearts beyond the tappers' budgets, by the server's own count.
	TapsOverCap int64 `json:"taps_over_cap"`
	// VotesSent, VotesAcked and VotesCounted: sent, acknowledged, and found in the final tallies.
	VotesSent    int64 `json:"votes_sent"`
	VotesAcked   int64 `json:"votes_acked"`
	VotesCounted int64 `json:"votes_counted"`
	// TapToScreenMs is from the intended moment of a probe's tap to the tick that holds it.
	TapToScreenMs latency.Figures `json:"tap_to_screen_ms"`
	// CommentToScreenMs is from the intended moment of a comment to its tick, at a sample of the viewers.
	CommentToScreenMs latency.Figures `json:"comment_to_screen_ms"`
	// ServerCPUPerFrame is the CPU of the whole serving process (store and services included) per delivered frame, in µs;
	// 0 for a target that is not on this machine.
	ServerCPUPerFrame float64 `json:"server_cpu_us_per_frame"`
	// ServerRSSPerViewer is by how much the serving process grew while the viewers connected, per viewer, in bytes.
	ServerRSSPerViewer float64 `json:"server_rss_bytes_per_viewer"`
}

// Missing says what was acknowledged and is not there; empty when all is well.
func (r *Report) Missing() (missing []string) {
	if r.LogLost > 0 {
		missing = append(missing, "comments that viewers were owed did not reach them")
	}
	if r.LogDuplicated > 0 {
		missing = append(missing, "comments reached viewers twice")
	}
	if r.VotesCounted != r.VotesAcked {
		missing = append(missing, "the tallies are not the acknowledged votes")
	}
	if r.TapsCounted+r.TapsOverCap != r.TapsSent {
		missing = append(missing, "the total of hearts is not the taps that were sent within their budgets")
	}
	return missing
}
