// client/errors.ts
var e = class extends Error {
	reason;
	retryAfterMs;
	field;
	question;
	name = "OvationError";
	constructor(e, t, n = 0, r = "", i) {
		super(t), this.reason = e, this.retryAfterMs = n, this.field = r, this.question = i;
	}
}, t = (e) => `ovation.guest.${e}`, n = {
	load(e) {
		try {
			let n = JSON.parse(localStorage.getItem(t(e)) ?? "{}");
			return {
				token: typeof n.token == "string" ? n.token : "",
				name: typeof n.name == "string" ? n.name : ""
			};
		} catch {
			return {
				token: "",
				name: ""
			};
		}
	},
	save(e, n) {
		try {
			localStorage.setItem(t(e), JSON.stringify(n));
		} catch {}
	}
};
function r() {
	let e = /* @__PURE__ */ new Map();
	return {
		load: (t) => e.get(t) ?? {
			token: "",
			name: ""
		},
		save: (t, n) => void e.set(t, n)
	};
}
// client/wire.ts
function i(e) {
	let t = Number(e ?? 0);
	return Number.isFinite(t) ? t : 0;
}
function a(e, t = 0) {
	return {
		id: e.comment ?? "",
		person: e.person ?? "",
		name: e.name ?? "",
		role: e.role || "viewer",
		guest: e.guest ?? !1,
		text: e.text ?? "",
		atMs: i(e.atMs),
		streamTimeMs: i(e.streamTimeMs),
		hiddenBefore: t
	};
}
function o(e) {
	return {
		id: e.question ?? "",
		person: e.person ?? "",
		name: e.name ?? "",
		anonymous: e.anonymous ?? !1,
		text: e.text ?? "",
		state: e.state || "pending",
		revision: i(e.revision),
		next: e.next ?? !1,
		label: e.label ?? "",
		answer: e.answer ?? "",
		votes: i(e.votes),
		guestVotes: i(e.guestVotes),
		votesUpto: i(e.votesUpto),
		askedMs: i(e.askedMs),
		answeringMs: i(e.answeringMs),
		answeredMs: i(e.answeredMs),
		reason: e.reason ?? ""
	};
}
function s(e) {
	return {
		...o(e.question ?? {}),
		asker: e.asker ?? "",
		askerName: e.askerName ?? "",
		askerGuest: e.askerGuest ?? !1
	};
}
function c(e) {
	return {
		id: e.room ?? "",
		title: e.title ?? "",
		state: e.state ?? "",
		kinds: e.kinds ?? [],
		labels: e.labels ?? [],
		slowModeSeconds: i(e.slowModeSeconds),
		commentMode: e.commentMode || "everyone",
		anonymousQuestions: e.anonymousQuestions ?? !1,
		openQuestions: e.openQuestions ?? !1,
		startedMs: i(e.startedMs),
		endedMs: i(e.endedMs)
	};
}
function l(e) {
	return {
		person: e.person ?? "",
		name: e.name ?? "",
		role: e.role || "viewer",
		guest: e.guest ?? !1,
		heartsLeft: i(e.heartsLeft)
	};
}
function u(e) {
	return {
		commentGraphemes: i(e.commentGraphemes),
		commentBytes: i(e.commentBytes),
		questionGraphemes: i(e.questionGraphemes),
		questionBytes: i(e.questionBytes),
		nameGraphemes: i(e.nameGraphemes),
		answerGraphemes: i(e.answerGraphemes),
		reasonGraphemes: i(e.reasonGraphemes),
		frameBytes: i(e.frameBytes),
		pingMs: i(e.pingMs),
		heartCap: i(e.heartCap),
		tapsPerSecond: i(e.tapsPerSecond),
		tapBurst: i(e.tapBurst)
	};
}
// client/calls.ts
var d = 9e4, f = 6, p = class {
	#e = /* @__PURE__ */ new Map();
	#t = 0;
	#n;
	constructor(e) {
		this.#n = e;
	}
	request(t, n = "") {
		let r = String(++this.#t);
		return new Promise((i, a) => {
			let o = setTimeout(() => {
				this.#e.delete(r), a(new e("TIMEOUT", "No answer came. Check the connection and try again."));
			}, d);
			this.#e.set(r, {
				frame: {
					...t,
					id: r
				},
				of: n,
				resolve: i,
				reject: a,
				timer: o,
				sentMs: 0
			}), this.flush();
		});
	}
	flush() {
		let e = 0;
		for (let t of this.#e.values()) {
			if (e++ >= f) return;
			t.sentMs === 0 && this.#n(t.frame) && (t.sentMs = Date.now());
		}
	}
	lost() {
		for (let e of this.#e.values()) e.sentMs = 0;
	}
	waitingMs(e) {
		let t = 0;
		for (let n of this.#e.values()) n.sentMs > 0 && (t = Math.max(t, e - n.sentMs));
		return t;
	}
	get size() {
		return this.#e.size;
	}
	acked(e) {
		let t = this.#r(e.id);
		if (t) return {
			of: t.of,
			tookMs: Date.now() - t.sentMs,
			settle: () => t.resolve(e)
		};
	}
	refused(e) {
		let t = this.#r(e.id);
		return t?.reject(m(e)), t !== void 0;
	}
	close(e) {
		for (let t of this.#e.values()) clearTimeout(t.timer), t.reject(e);
		this.#e.clear();
	}
	#r(e) {
		let t = this.#e.get(e ?? "");
		if (t) return clearTimeout(t.timer), this.#e.delete(e), this.flush(), t;
	}
};
function m(t) {
	return new e(t.reason ?? "INTERNAL", t.message ?? "", i(t.retryAfterMs), t.field ?? "", t.question ? o(t.question) : void 0);
}
// client/emitter.ts
var h = class {
	#e = /* @__PURE__ */ new Map();
	on(e, t) {
		let n = this.#e.get(e);
		return n || this.#e.set(e, n = /* @__PURE__ */ new Set()), n.add(t), () => void n.delete(t);
	}
	emit(e, t) {
		for (let n of [...this.#e.get(e) ?? []]) try {
			n(t);
		} catch (e) {
			setTimeout(() => {
				throw e;
			});
		}
	}
	clear() {
		this.#e.clear();
	}
}, g = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_";
function _() {
	let e = crypto.getRandomValues(/* @__PURE__ */ new Uint8Array(22)), t = "";
	for (let n of e) t += g[n & 63];
	return t;
}
// client/backoff.ts
var v = 500, y = 2e4;
function b(e, t = Math.random) {
	let n = Math.min(y, 1e3 * 2 ** Math.min(e, 10));
	return Math.round(v + t() * (n - v));
}
function x(e) {
	return e >= 4500 && e <= 4999;
}
// client/diagnose.ts
async function S(e, t = fetch) {
	try {
		let n = await t(e.replace(/^ws/, "http"), {
			cache: "no-store",
			credentials: "omit"
		});
		if (n.status !== 426) return {
			reason: "CAPTIVE_PORTAL",
			message: "Something on this network answers in the server's place. Open any page in a new tab and sign in to the network."
		};
		let r = await n.json();
		return r.reason === "UPGRADE_REQUIRED" ? {
			reason: "UPGRADE_BLOCKED",
			message: "The server is there, but something on this network blocks live connections (WebSocket)."
		} : {
			reason: r.reason ?? "",
			message: r.message ?? ""
		};
	} catch {
		return {
			reason: "OFFLINE",
			message: "The server cannot be reached."
		};
	}
}
// client/link.ts
var C = "ovation.v1.json", w = 15e3, T = 4001, E = 1e4, D = class {
	#e;
	#t;
	#n;
	#r;
	#i = 0;
	#a = 0;
	#o = 0;
	#s;
	#c;
	#l;
	#u;
	#d = !1;
	#f = {
		state: "connecting",
		lostMs: Date.now(),
		reason: "",
		message: "",
		retryMs: 0,
		roundTripMs: 0
	};
	heardMs = 0;
	constructor(e, t, n) {
		this.#e = e, this.#t = t, this.#n = n;
	}
	get status() {
		return this.#f;
	}
	start() {
		this.#p();
	}
	send(e) {
		return this.#f.state !== "open" || this.#r?.readyState !== 1 ? !1 : (this.#r.send(JSON.stringify(e)), !0);
	}
	hurry() {
		this.#f.state !== "waiting" || this.#d || (clearTimeout(this.#s), this.#p());
	}
	restart(e) {
		this.#f.state !== "closed" && (this.#v(), this.#y(), this.#b({
			state: "connecting",
			reason: e,
			message: ""
		}), clearTimeout(this.#s), this.#p());
	}
	close(e, t) {
		this.#f.state !== "closed" && (this.#v(), clearTimeout(this.#s), this.#y(), this.#b({
			state: "closed",
			reason: e,
			message: t,
			retryMs: 0
		}));
	}
	took(e) {
		this.#f.state === "open" && (this.#f = {
			...this.#f,
			roundTripMs: e
		});
	}
	async #p() {
		let t = ++this.#i;
		this.#d = !1, this.#b({
			state: "connecting",
			retryMs: 0
		});
		let n;
		try {
			n = await this.#n.hello();
		} catch (n) {
			if (t !== this.#i) return;
			n instanceof e ? this.close(n.reason, n.message) : this.#g("TOKEN_UNAVAILABLE", "No token could be had.", 0);
			return;
		}
		if (t !== this.#i) return;
		this.#u = void 0;
		let r;
		try {
			r = new this.#t(this.#e, C);
		} catch (e) {
			this.close("BAD_URL", e instanceof Error ? e.message : "The address of the server is no good.");
			return;
		}
		this.#r = r;
		let i = !1, a = () => t === this.#i;
		this.#c = setTimeout(() => a() && this.#h(1006, "TIMEOUT", i), w), r.onopen = () => {
			i = !0, a() && r.send(JSON.stringify(n));
		}, r.onmessage = (e) => a() && this.#m(e.data), r.onclose = (e) => a() && this.#h(e.code, e.reason, i), r.onerror = () => void 0;
	}
	#m(e) {
		this.heardMs = Date.now();
		let t;
		try {
			t = JSON.parse(String(e));
		} catch {
			return;
		}
		t.goodbye ? this.#u = t.goodbye : (t.welcome && (clearTimeout(this.#c), this.#o = 0, clearTimeout(this.#l), this.#l = setTimeout(() => this.#a = 0, E), this.#b({
			state: "open",
			lostMs: 0,
			reason: "",
			message: "",
			retryMs: 0
		})), this.#n.frame(t));
	}
	#h(e, t, n) {
		let r = this.#u;
		this.#v(), this.#y();
		let a = r?.reason || t || "LOST", o = r?.message ?? "";
		x(e) || e === T ? this.#n.retry(e) ? this.#p() : this.close(a, o) : (this.#g(a, o, i(r?.reconnectAfterMs)), !n && ++this.#o === 2 && this.#_());
	}
	#g(e, t, n) {
		this.#d = n > 0;
		let r = n > 0 ? n : b(this.#a);
		this.#a++, this.#b({
			state: "waiting",
			reason: e,
			message: t,
			retryMs: Date.now() + r
		}), clearTimeout(this.#s), this.#s = setTimeout(() => void this.#p(), r);
	}
	#_() {
		typeof fetch < "u" && S(this.#e).then((e) => {
			this.#o > 0 && this.#f.state !== "closed" && this.#b({
				reason: e.reason,
				message: e.message
			});
		});
	}
	#v() {
		this.#i++, clearTimeout(this.#c), clearTimeout(this.#l);
		let e = this.#r;
		if (this.#r = void 0, e) {
			e.onopen = e.onmessage = e.onclose = null;
			try {
				e.close(1e3);
			} catch {}
		}
	}
	#y() {
		this.#f.lostMs === 0 && (this.#f = {
			...this.#f,
			lostMs: Date.now()
		}), this.#n.lost();
	}
	#b(e) {
		this.#f = {
			...this.#f,
			...e
		}, this.#n.status(this.#f);
	}
}, O = {
	loaded: !1,
	cursor: null,
	room: {
		id: "",
		title: "",
		state: "",
		kinds: [],
		labels: [],
		slowModeSeconds: 0,
		commentMode: "everyone",
		anonymousQuestions: !1,
		openQuestions: !1,
		startedMs: 0,
		endedMs: 0
	},
	hearts: {},
	viewers: 0,
	comments: [],
	questions: /* @__PURE__ */ new Map(),
	notShown: 0,
	degraded: !1,
	mine: /* @__PURE__ */ new Map(),
	voted: /* @__PURE__ */ new Set(),
	moderation: /* @__PURE__ */ new Map(),
	pending: 0,
	removed: /* @__PURE__ */ new Set(),
	gone: /* @__PURE__ */ new Map(),
	untold: 0,
	toldMs: 0
}, k = 1e3;
function A(e, t, n = 150) {
	let r = I(t.cursor), l = e.loaded && r?.epoch === e.cursor?.epoch, u = l ? e.removed : O.removed, d = /* @__PURE__ */ new Map();
	for (let n of t.questions ?? []) {
		let t = o(n);
		d.set(t.id, R(t, l ? e.questions.get(t.id) : void 0));
	}
	let f = /* @__PURE__ */ new Map();
	for (let e of t.moderation?.questions ?? []) {
		let t = s(e);
		f.set(t.id, t);
	}
	let p = (t.comments ?? []).map((e) => a(e)).filter((e) => !u.has(e.id));
	return {
		loaded: !0,
		cursor: r,
		room: t.room ? c(t.room) : e.room,
		hearts: L(l ? e.hearts : {}, t.hearts),
		viewers: i(t.viewers),
		comments: p.slice(-n),
		questions: d,
		notShown: l ? Math.max(e.notShown, i(t.notShown)) : i(t.notShown),
		degraded: t.status?.degraded ?? !1,
		mine: l ? e.mine : O.mine,
		voted: l ? e.voted : O.voted,
		moderation: f,
		pending: i(t.moderation?.pending),
		removed: u,
		gone: O.gone,
		untold: 0,
		toldMs: i(t.atMs)
	};
}
function j(e, t, n = 150) {
	if (!e.loaded) return e;
	let r = I(t.cursor) ?? e.cursor;
	if (r?.epoch !== e.cursor?.epoch) return e;
	let { questions: a, moderation: l, gone: u } = e, d = t.removed?.length ? z(e.removed, t.removed) : e.removed, f = t.notShown === void 0 ? 0 : Math.max(0, i(t.notShown) - e.notShown), p = B(e, t, d, f);
	if (t.questions?.length || t.votes?.length || t.gone?.length) {
		let e = new Map(a), n = new Map(u);
		for (let r of t.questions ?? []) {
			let t = o(r), i = e.get(t.id);
			t.revision < (i?.revision ?? n.get(t.id) ?? 0) || (e.set(t.id, R(t, i)), n.delete(t.id));
		}
		for (let n of t.votes ?? []) {
			let t = e.get(n.question ?? "");
			!t || i(n.upto) <= t.votesUpto || e.set(t.id, {
				...t,
				votes: i(n.votes),
				guestVotes: i(n.guestVotes),
				votesUpto: i(n.upto)
			});
		}
		for (let r of t.gone ?? []) {
			let t = e.get(r);
			t && n.set(r, t.revision + 1), e.delete(r);
		}
		a = e, u = n;
	}
	if (t.moderation?.questions?.length) {
		let e = new Map(l);
		for (let n of t.moderation.questions) {
			let t = s(n), r = e.get(t.id);
			(!r || t.revision >= r.revision) && e.set(t.id, R(t, r));
		}
		l = e;
	}
	return {
		...e,
		...p,
		cursor: r,
		room: t.room ? c(t.room) : e.room,
		hearts: t.hearts ? L(e.hearts, t.hearts) : e.hearts,
		viewers: t.viewers === void 0 ? e.viewers : i(t.viewers),
		comments: p.comments.length > n ? p.comments.slice(-n) : p.comments,
		notShown: e.notShown + f,
		degraded: t.status ? t.status.degraded ?? !1 : e.degraded,
		questions: a,
		moderation: l,
		gone: u,
		removed: d,
		pending: t.moderation ? i(t.moderation.pending) : e.pending
	};
}
function M(e, t) {
	let n = /* @__PURE__ */ new Map();
	for (let r of t.questions ?? []) {
		let t = o(r), i = e.mine.get(t.id);
		n.set(t.id, i && i.revision > t.revision ? i : t);
	}
	return {
		...e,
		mine: n,
		voted: new Set(t.voted ?? [])
	};
}
function N(e, t, n, r = 150) {
	if (t.comment && n === "post") {
		let n = a(t.comment);
		return e.removed.has(n.id) || e.comments.some((e) => e.id === n.id) ? e : {
			...e,
			comments: [...e.comments, n].slice(-r)
		};
	}
	if (t.vote && n === "vote") {
		let n = new Set(e.voted);
		return t.vote.up ? n.add(t.vote.question ?? "") : n.delete(t.vote.question ?? ""), {
			...e,
			voted: n
		};
	}
	if (t.question && (n === "ask" || n === "withdraw")) {
		let n = o(t.question), r = e.mine.get(n.id);
		return r && r.revision > n.revision ? e : {
			...e,
			mine: new Map([[n.id, n], ...[...e.mine].filter(([e]) => e !== n.id)])
		};
	}
	return t.question && n === "moderate" ? F(e, o(t.question)) : t.room ? {
		...e,
		room: c(t.room)
	} : e;
}
var P = /* @__PURE__ */ new Set([
	"open",
	"answering",
	"answered"
]);
function F(e, t) {
	let n = e.moderation.get(t.id), r = e.questions.get(t.id);
	if (n && n.revision > t.revision || r && r.revision > t.revision) return e;
	let i = new Map(e.moderation), a = {
		asker: n?.asker ?? t.person,
		askerName: n?.askerName ?? t.name,
		askerGuest: n?.askerGuest ?? !1
	};
	i.set(t.id, R({
		...t,
		...a
	}, n ?? r));
	let o = new Map(e.questions), s = new Map(e.gone);
	P.has(t.state) ? (o.set(t.id, R(t, r ?? n)), s.delete(t.id)) : o.delete(t.id) && s.set(t.id, t.revision);
	let c = n?.state === "pending" && t.state !== "pending" ? Math.max(0, e.pending - 1) : e.pending;
	return {
		...e,
		moderation: i,
		questions: o,
		gone: s,
		pending: c
	};
}
function I(e) {
	return e ? {
		epoch: e.epoch ?? "",
		log: String(e.log ?? "0"),
		state: String(e.state ?? "0")
	} : null;
}
function L(e, t) {
	let n = new Map(Object.entries(e));
	for (let [e, r] of Object.entries(t ?? {})) n.set(e, Math.max(n.get(e) ?? 0, i(r)));
	return Object.fromEntries(n);
}
function R(e, t) {
	return !t || t.votesUpto <= e.votesUpto ? e : {
		...e,
		votes: t.votes,
		guestVotes: t.guestVotes,
		votesUpto: t.votesUpto
	};
}
function z(e, t) {
	let n = new Set(e);
	for (let e of t) n.add(e);
	for (let e of n) {
		if (n.size <= k) break;
		n.delete(e);
	}
	return n;
}
function B(e, t, n, r) {
	let { untold: o, toldMs: s } = e;
	o += r;
	let c = e.comments;
	if (t.removed?.length && (c = c.filter((e) => !n.has(e.id))), !t.comments?.length) return {
		comments: c,
		untold: o,
		toldMs: s
	};
	let l = [...c];
	for (let e of t.comments) {
		if (n.has(e.comment ?? "")) continue;
		let t = l.findIndex((t) => t.id === e.comment);
		t >= 0 && l.splice(t, 1);
		let r = i(e.atMs), c = 0;
		(o >= 10 || o > 0 && r - s > 1e4) && (c = o, o = 0, s = r), l.push(a(e, c));
	}
	return {
		comments: l,
		untold: o,
		toldMs: s
	};
}
// client/taps.ts
var V = 200, H = 2e3, U = 1e3, W = class {
	#e = /* @__PURE__ */ new Map();
	#t;
	#n = 0;
	#r;
	constructor(e) {
		this.#r = e;
	}
	tap(e, t) {
		if (!Number.isInteger(t) || t < 1) return;
		let n = Date.now(), r = this.#e.get(e);
		if (r && n - r.sinceMs < H ? r.count = Math.min(U, r.count + t) : this.#e.set(e, {
			count: Math.min(U, t),
			sinceMs: n
		}), this.#t === void 0) {
			let e = Math.max(0, Math.min(V, this.#n + V - n));
			e === 0 ? this.#i() : this.#t = setTimeout(() => this.#i(), e);
		}
	}
	#i() {
		this.#t = void 0;
		let e = Date.now();
		this.#n = e;
		for (let [t, n] of this.#e) (e - n.sinceMs >= H || this.#r(t, n.count)) && this.#e.delete(t);
		this.#e.size > 0 && (this.#t = setTimeout(() => this.#i(), V));
	}
	close() {
		clearTimeout(this.#t), this.#t = void 0, this.#e.clear();
	}
}, G = class {
	#e;
	#t;
	#n;
	constructor(e, t) {
		this.#t = e, this.#e = t;
	}
	get renewable() {
		return this.#e !== void 0;
	}
	async current() {
		return this.#t && !q(this.#t) ? this.#t : this.#e ? this.fresh() : this.#t;
	}
	fresh() {
		return this.#n ??= this.#e().then((e) => this.#t = e).finally(() => this.#n = void 0), this.#n;
	}
	forget() {
		this.#t = "";
	}
	refreshMs(e = Date.now()) {
		let t = K(this.#t);
		return t > e ? Math.min(2 ** 31 - 1, (t - e) * (.75 + Math.random() * .1)) : 0;
	}
};
function K(e) {
	try {
		let t = JSON.parse(atob(e.split(".")[1].replace(/-/g, "+").replace(/_/g, "/")));
		return Number(t.exp ?? 0) * 1e3;
	} catch {
		return 0;
	}
}
function q(e) {
	let t = K(e);
	return t > 0 && t < Date.now();
}
// client/wake.ts
var J = 5e3;
function Y(e) {
	let t = Date.now(), n = setInterval(() => {
		let n = Date.now();
		n - t > 3 * J && e.woke(), t = n, e.beat();
	}, J), r = [() => clearInterval(n)], i = (e, t, n) => {
		e?.addEventListener(t, n), r.push(() => e?.removeEventListener(t, n));
	}, a = typeof document > "u" ? void 0 : document, o = typeof window > "u" ? void 0 : window;
	return i(o, "online", () => e.woke()), i(o, "pageshow", (t) => t.persisted && e.woke()), i(a, "visibilitychange", () => {
		e.hidden(a.hidden), a.hidden || e.woke();
	}), () => r.forEach((e) => e());
}
// client/room.ts
var X = 12e3, Z = class {
	id;
	#e;
	#t = new h();
	#n;
	#r;
	#i;
	#a;
	#o;
	#s;
	#c = O;
	#l = null;
	#u = null;
	#d;
	#f = 0;
	#p = !0;
	#m = typeof document < "u" && document.hidden;
	#h = !1;
	#g;
	#_;
	constructor(e) {
		this.#e = e, this.id = e.room, this.#o = e.guests === null ? r() : e.guests ?? n, this.#a = new G(e.token ?? "", e.getToken), this.#d = e.name ?? this.#o.load(e.room).name;
		let t = e.WebSocket ?? globalThis.WebSocket;
		this.#n = new D(e.url ?? Q(), t, {
			hello: () => this.#v(),
			frame: (e) => this.#b(e),
			lost: () => this.#r.lost(),
			status: (e) => {
				this.#t.emit("status", e), e.state === "closed" && this.#j(e);
			},
			retry: (e) => this.#y(e)
		}), this.#r = new p((e) => this.#n.send(e)), this.#i = new W((e, t) => this.#n.send({ tap: {
			kind: e,
			count: t
		} })), this.#s = Y({
			woke: () => this.#D(),
			hidden: (e) => this.#O(e),
			beat: () => this.#k()
		}), this.#n.start();
	}
	get view() {
		return this.#c;
	}
	get status() {
		return this.#n.status;
	}
	get you() {
		return this.#l;
	}
	get limits() {
		return this.#u;
	}
	get nowMs() {
		return Date.now() + this.#f;
	}
	on(e, t) {
		return this.#t.on(e, t);
	}
	hearts = {
		tap: (e = "heart", t = 1) => this.#i.tap(e, t),
		subscribe: (e) => this.on("hearts", e)
	};
	comments = {
		post: async (e, t = 0) => a((await this.#C({ post: {
			requestId: _(),
			text: e,
			streamTimeMs: String(t)
		} }, "post")).comment ?? {}),
		delete: async (e) => void await this.#C({ delete: { comment: e } }),
		subscribe: (e) => this.on("comments", e)
	};
	questions = {
		ask: async (e, t = {}) => {
			let { anonymous: n = !1, label: r = "", streamTimeMs: i = 0 } = t, a = {
				requestId: _(),
				text: e,
				anonymous: n,
				label: r,
				streamTimeMs: String(i)
			};
			return o((await this.#C({ ask: a }, "ask")).question ?? {});
		},
		withdraw: async (e) => o((await this.#C({ withdraw: {
			requestId: _(),
			question: e
		} }, "withdraw")).question ?? {}),
		vote: async (e, t = !0) => void await this.#C({ vote: {
			question: e,
			up: t
		} }, "vote"),
		mine: async () => void await this.#C({ mine: {} })
	};
	moderate = {
		approve: (e) => this.#T("approve", e),
		reject: (e, t = "") => this.#T("reject", e, { reason: t }),
		highlight: (e) => this.#T("highlight", e),
		unhighlight: (e) => this.#T("unhighlight", e),
		queue: (e) => this.#T("queue", e),
		unqueue: (e) => this.#T("unqueue", e),
		answer: (e, t = "") => this.#T("answer", e, { text: t }),
		archive: (e) => this.#T("archive", e),
		restore: (e) => this.#T("restore", e),
		deleteComment: async (e, t = "") => void await this.#w({ deleteComment: {
			comment: e,
			reason: t
		} }),
		start: async () => c((await this.#w({ start: {} })).room ?? {}),
		end: async () => c((await this.#w({ end: {} })).room ?? {}),
		reopen: async () => c((await this.#w({ reopen: {} })).room ?? {})
	};
	rename(e) {
		return new Promise((t, n) => {
			this.#_?.done();
			let r = this.#d;
			this.#d = e;
			let i = (e) => {
				this.#_ = void 0, e && (this.#d = r), e ? n(e) : t();
			};
			this.#_ = {
				wanted: e,
				before: this.#l?.name ?? "",
				done: i
			}, this.#n.restart("RENAME");
		});
	}
	async ping() {
		return await this.#C({ pace: { slow: this.#m } }), this.status.roundTripMs;
	}
	close() {
		this.#n.close("CLOSED", "");
	}
	async #v() {
		let e = await this.#a.current() || this.#o.load(this.id).token, { cursor: t } = this.#c;
		return { hello: {
			room: this.id,
			client: this.#e.client ?? "viewer",
			...e && { token: e },
			...this.#d && { name: this.#d },
			...t && { cursor: { ...t } }
		} };
	}
	#y(e) {
		let t = e === 4001 || e === 4502 || e === 4505;
		if (this.#h || !t) return !1;
		if (this.#h = !0, this.#a.renewable) return this.#a.forget(), !0;
		let n = this.#o.load(this.id);
		return this.#e.token || !n.token ? !1 : (this.#o.save(this.id, {
			token: "",
			name: n.name
		}), !0);
	}
	#b(e) {
		if (e.welcome) this.#x(e.welcome);
		else if (e.snapshot) this.#S(A(this.#c, e.snapshot, this.#e.maxComments));
		else if (e.tick) this.#S(j(this.#c, e.tick, this.#e.maxComments), !0);
		else if (e.mine) this.#S(M(this.#c, e.mine));
		else if (e.ack) {
			let t = this.#r.acked(e.ack);
			if (!t) return;
			this.#n.took(t.tookMs), this.#S(N(this.#c, e.ack, t.of, this.#e.maxComments), !0), t.settle();
		} else if (e.fault) {
			let t = m(e.fault);
			if (t.question && this.#S(F(this.#c, t.question)), this.#r.refused(e.fault)) return;
			t.field === "name" && this.#_ && this.#_.done(t), this.#t.emit("fault", t);
		} else e.resync && (this.#p = !0);
	}
	#x(e) {
		let t = l(e.you ?? {});
		this.#l && this.#l.person !== t.person && (this.#c = {
			...this.#c,
			mine: O.mine,
			voted: O.voted
		}), this.#l = t, this.#u = u(e.limits ?? {}), this.#f = e.nowMs ? i(e.nowMs) - Date.now() : 0, this.#p = !0, this.#h = !1, t.guest && (this.#d = t.name || this.#d, this.#o.save(this.id, {
			token: e.you?.guestToken ?? this.#o.load(this.id).token,
			name: t.name
		})), this.#t.emit("welcome", {
			you: t,
			limits: this.#u,
			recovered: e.recovered ?? !1
		}), this.#t.emit("view", this.#c), this.#r.flush(), this.#m && this.#n.send({ pace: { slow: !0 } }), this.#A();
		let n = this.#_;
		n && (t.name && t.name !== n.before ? n.done() : setTimeout(() => this.#_ === n && n.done(), 1e3));
	}
	#S(e, t = !1) {
		let n = this.#c;
		if (e === n) return;
		this.#c = e;
		let r = this.#p || this.#m || !n.loaded;
		if (e.cursor !== n.cursor && (this.#p = !1), e.hearts !== n.hearts) for (let [t, i] of Object.entries(e.hearts)) {
			let e = i - (n.hearts[t] ?? 0);
			e > 0 && this.#t.emit("hearts", {
				kind: t,
				total: i,
				added: e,
				jump: r
			});
		}
		if (t && e.comments !== n.comments) {
			let t = new Set(n.comments.map((e) => e.id)), r = e.comments.filter((e) => !t.has(e.id));
			r.length > 0 && this.#t.emit("comments", r);
		}
		this.#t.emit("view", e);
	}
	#C(t, n = "") {
		return this.#n.status.state === "closed" ? Promise.reject(new e(this.#n.status.reason || "CLOSED", this.#n.status.message || "The room was left.")) : this.#r.request(t, n);
	}
	#w(e) {
		return this.#C({ moderate: {
			requestId: _(),
			...e
		} }, "moderate");
	}
	async #T(e, t, n = {}) {
		return o((await this.#w({ [e]: {
			question: t.id,
			revision: String(t.revision),
			...n
		} })).question ?? {});
	}
	#E() {
		this.#r.request({ pace: { slow: this.#m } }).catch(() => void 0);
	}
	#D() {
		this.status.state === "open" ? this.#E() : this.#n.hurry();
	}
	#O(e) {
		this.#m = e, this.#n.send({ pace: { slow: e } });
	}
	#k() {
		if (this.status.state !== "open") return;
		let e = Date.now(), t = e - this.#n.heardMs;
		this.#r.waitingMs(e) > X && t > X ? this.#n.restart("SILENT") : t > 2 * (this.#u?.pingMs || 25e3) && this.#r.size === 0 && this.#E();
	}
	#A() {
		clearTimeout(this.#g);
		let e = this.#a.renewable ? this.#a.refreshMs() : 0;
		e !== 0 && (this.#g = setTimeout(() => {
			this.#a.fresh().then((e) => this.#r.request({ auth: { token: e } })).then(() => this.#A()).catch(() => void 0);
		}, e));
	}
	#j(t) {
		this.#s(), this.#i.close(), clearTimeout(this.#g);
		let n = new e(t.reason || "CLOSED", t.message || "The room was left.");
		this.#r.close(n), this.#_?.done(n);
	}
};
function Q() {
	if (typeof location > "u") throw new e("BAD_URL", "Outside a browser, say which server: url: \"wss://…/v1/ws\".");
	return `${location.protocol === "https:" ? "wss" : "ws"}://${location.host}/v1/ws`;
}
// client/index.ts
function $(e) {
	return new Z(e);
}
export { e as OvationError, Z as Room, $ as connect, r as memoryGuests };
