package emoji_test

import (
	"testing"

	"github.com/ovation-live/ovation/internal/emoji"
)

func TestOnly(t *testing.T) {
	for _, s := range []string{
		"", "🔥", "🔥 🔥", "🔥🔥🔥", "👩‍👩‍👧", "❤️", "❤", "👍🏽", "🇩🇪", "🇩🇪🇫🇷", "🇪🇺 🇺🇳", "5️⃣", "5⃣", "#️⃣", "☕ ⏰", "↔️", "©️", "‼️", "ℹ️", "▶️ ◀️", "☀️", "☀", "♥", "✌🏿",
		"🏳️‍🌈", "🏳️‍⚧️", "🏴‍☠️", "❤️‍🔥", "🧑🏽‍⚖️", "👨🏻‍❤️‍💋‍👨🏿", "🙂‍↔️", "🙂‍↔", "🏴", "🆗", "🆒", "🅰️", "Ⓜ️", "㊙️", "🈁", "🪩", "🫨", "🐦‍🔥", "🇹🇼", "🇽🇰", "🀄", "⭐",
	} {
		if !emoji.Only(s) {
			t.Errorf("%q is refused", s)
		}
	}
	for name, s := range map[string]string{
		"a letter": "a", "one behind a picture": "🔥a", "a digit": "5", "a mark": "!", "a face of marks": ":)", "a full stop": "🔥.", "ß": "ß", "a Han letter": "火",
		"letters with the sign": "h\uFE0Fi\uFE0F", "a letter as a key": "h\u20E3", "ä with the sign": "ä\uFE0F", "a Han letter with the sign": "火\uFE0F", "a digit with the sign": "5\uFE0F",
		"squared letters": "🅵🆁🅴🅴", "with the sign": "🅵️🆁️", "white squared letters": "🄵🅁🄴🄴", "round letters": "Ⓕ", "black round letters": "🅕🅡", "bracketed letters": "🄐",
		"blood types without the sign": "🅱🅾🅾", "M without the sign": "Ⓜ", "regional letters": "🇭\u200B🇮", "one regional letter": "🇭", "three of them": "🇩🇪🇭", "no region's": "🇭🇪🇱🇱🇴",
		"APL": "⍺⍵⌶", "corners": "⌜⌝", "a place of interest": "⌘", "stars": "★", "a tick": "✓", "chess": "♔", "arrows": "➔", "boxes": "⬚", "alchemy": "🜁", "arrows of texts": "↔", "copyright": "©", "dominoes": "🀱", "a card": "🂡",
		"letters above": "🔥\u0363\u0364", "a stroke through": "🔥\u0336", "a joiner at the end": "🔥\u200D", "a key on a picture": "🔥\u20E3", "two signs": "🔥\uFE0F\uFE0F", "the sign for text": "❤\uFE0E", "a sign alone": "\uFE0F",
		"mathematical letters": "𝐟𝐫𝐞𝐞", "a tab": "🔥\t🔥", "a keyboard's digit twice": "5️⃣5",
	} {
		if emoji.Only(s) {
			t.Errorf("%s: %q passes", name, s)
		}
	}
}
