package judge

import (
	"strings"
	"testing"
)

var (
	links = []string{
		// They say so.
		"see https://example.com/x", "www.example.org", "javascript://x", "tg://join?invite=x", "ftp://203.0.113.5", "https：／／localhost", "HTTP://EXAMPLE.COM",
		// Hosts alone.
		"example.com", "go to example.com.", "EXAMPLE.COM", "example.com!", "(example.com)", "example.com, now", "me@example.com", "free.ai",
		"evil.com.au", "scam.co.za", "shop.example.co.uk", "bank.com.bd", "evil.com.so", "x.github.io", "888.casino", "bet.casino", "win.bet",
		"free-money.click", "news.today", "socket.io", "asp.net", "a.b.c.d.xyz", "vk.ru", "example.onion", "go example.com...",
		// With something behind them.
		"evil.com.au/free", "goo.gl/x", "is.gd/x", "t.me/joinnow", "bit.ly/3x", "x.icu/win", "t.page/a", "shop.example.co.uk/sale", "youtu.be/abc",
		"lol.no/win", "example.sh/install", "example.so?ref=1", "evil.py:8080/x", "example.com:8080", "vg.no:8080", "readme.md/free", "wa.me/1555",
		// Numbers.
		"203.0.113.5/x", "203.0.113.5:8080", "go to 203.0.113.5:8080/win",
		// In letters that pass for others.
		"ｅｘａｍｐｌｅ．ｃｏｍ", "ехаmple.com", "example。com", "𝐞𝐱𝐚𝐦𝐩𝐥𝐞.𝐜𝐨𝐦", "goo．gl／x", "éxample.com",
		// Of other scripts.
		"пример.рф", "ПРИМЕР.РФ", "сайт.онлайн", "müller.de", "例え.jp/x", "公司.cn", "公司.中国", "موقع.السعودية", "उदाहरण.भारत", "пример.рф/х", "παράδειγμα.ελ", "пример．рф", "http：//пример",
	}
	innocent = []string{
		"ok", "", "Hello. How are you", "Hello.How are you", "3.5 stars", "3.5", "3.5/5", "10.0/10", "9.5/10!", "e.g. this", "i.e. that", "a.m./p.m.",
		"wait...what", "ok..so", "10:30", "10.30", "at 10.am", "5.pm", "v1.2.3", "1.2.3.4", "v10.4.1.2", "a.b", "U.S.A.", "Ph.D.", "D.C. and L.A.", "1.5x", "2.5k", "0.5s",
		"and/or", "he/she", "24/7", "km/h", "w.r.t/else", "10/10", "50/50?", "TCP/IP", "1/2", "and/or.maybe", "AC/DC",
		"node.js", "node.js/express", "vue.js?", "next.js:3000", "main.go", "file.txt", "index.html", "pic.jpg", "song.mp3", "notes.pdf", "archive.tar.gz",
		"readme.md", "main.rs", "main.rs:12", "app.py:30 fails", "script.sh", "lib.so", "backup.zip", "clip.mov", "id_rsa.pub", "app.js.map",
		"that was good.so was this", "ok.so", "ok.so?", "lol.no wait", "yes.no", "ha.Is this it", "great.how", "done.now what", "hey.you", "wow.my god", "oui.la suite", "bien.je sais",
		"bueno.no sé", "sì.ma no", "1.so", "2.best", "1.It is", "3.place", "Mr.Green", "Dr.Watch", "St. Pauli", "St.Moritz", "No.1", "vs.Bayern", "console.log", "System.out", "Math.PI",
		"localhost:3000", "user@host", "@first.last", "C:\\temp", "12:30:15", "ratio 3:2", "score 2:1", "::", "...", ".", "a.", ".com", "com", "dot com", "$3.50", "1.000,50 €", "§ 3.2", "#1.5",
		"привет.как дела", "Привет. Как дела?", "да.нет", "т.е.", "и.о.", "т.д. и т.п.", "我爱你。中国", "今天很好。谢谢", "すごい。ありがとう", "です。はい", "나는.좋아", "مرحبا. كيف", "नमस्ते। आप", "สวัสดี.ครับ", "γεια.τι",
		"z.B. so", "d.h.", "usw.", "1.FC Köln", "p.ej.", "S.p.A.", "🔥.🔥", "❤️.", "m.E.", "o.k.",
	}
)

func TestLinks(t *testing.T) {
	for _, s := range links {
		for _, within := range []string{s, "look: " + s, s + " 🔥", "(" + s + ")"} {
			if !hasLink(within) {
				t.Errorf("%q passes", within)
			}
		}
	}
	for _, s := range innocent {
		for _, within := range []string{s, "so " + s, s + " ok", strings.ToUpper(s)} {
			if hasLink(within) {
				t.Errorf("%q is taken for a link", within)
			}
		}
	}
	if len(links) < 40 || len(innocent) < 60 {
		t.Errorf("%d links and %d innocents", len(links), len(innocent))
	}
}
