// client/errors.ts
var e = [
	"TIMEOUT",
	"CLOSED",
	"TOKEN_UNAVAILABLE",
	"BAD_URL",
	"LOST",
	"SILENT",
	"RENAME",
	"OFFLINE",
	"CAPTIVE_PORTAL",
	"UPGRADE_BLOCKED"
], t = class extends Error {
	reason;
	retryAfterMs;
	field;
	question;
	name = "OvationError";
	constructor(e, t, n = 0, r = "", i) {
		super(t), this.reason = e, this.retryAfterMs = n, this.field = r, this.question = i;
	}
	get doc() {
		return `https://github.com/ovation-live/ovation/blob/main/docs/${e.includes(this.reason) ? "embedding" : "protocol"}.md#${this.reason}`;
	}
}, n = (e) => `ovation.guest.${e}`, r = {
	load(e) {
		try {
			let t = JSON.parse(localStorage.getItem(n(e)) ?? "{}");
			return {
				token: typeof t.token == "string" ? t.token : "",
				name: typeof t.name == "string" ? t.name : ""
			};
		} catch {
			return {
				token: "",
				name: ""
			};
		}
	},
	save(e, t) {
		try {
			localStorage.setItem(n(e), JSON.stringify(t));
		} catch {}
	}
};
function i() {
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
function a(e) {
	let t = Number(e ?? 0);
	return Number.isFinite(t) ? t : 0;
}
function o(e, t = 0) {
	return {
		id: e.comment ?? "",
		person: e.person ?? "",
		name: e.name ?? "",
		role: e.role || "viewer",
		guest: e.guest ?? !1,
		text: e.text ?? "",
		atMs: a(e.atMs),
		streamTimeMs: a(e.streamTimeMs),
		hiddenBefore: t,
		reply: e.reply ? {
			comment: e.reply.comment ?? "",
			person: e.reply.person ?? "",
			name: e.reply.name ?? ""
		} : null,
		editedMs: a(e.editedMs),
		place: a(e.place),
		held: !1
	};
}
function s(e) {
	return {
		comment: o(e.comment ?? {}),
		why: e.why ?? "",
		detail: e.detail ?? "",
		outOfSight: e.outOfSight ?? !1
	};
}
function c(e) {
	return e ? {
		fromMs: a(e.fromMs),
		untilMs: a(e.untilMs),
		by: e.by ?? "",
		reason: e.reason ?? ""
	} : null;
}
function l(e) {
	return {
		person: e.person ?? "",
		name: e.name ?? "",
		guest: e.guest ?? !1,
		ban: c(e.ban),
		timeout: c(e.timeout),
		shadow: c(e.shadow)
	};
}
function u(e) {
	return {
		item: e.item ?? "",
		kind: e.kind ?? "",
		held: e.held ?? !1,
		people: a(e.people),
		reasons: _(e.reasons),
		lastMs: a(e.lastMs)
	};
}
function d(e) {
	return {
		question: e.question ?? "",
		people: a(e.people),
		of: a(e.of),
		expected: a(e.expected)
	};
}
function f(e) {
	return e?.comment ? {
		comment: o(e.comment),
		untilMs: a(e.untilMs)
	} : null;
}
function p(e) {
	return {
		comment: e.comment ? o(e.comment) : null,
		question: e.question ?? "",
		atMs: a(e.atMs)
	};
}
function m(e) {
	return {
		hearts: a(e.hearts),
		atMs: a(e.atMs)
	};
}
function h(e) {
	return {
		question: e.question ?? "",
		person: e.person ?? "",
		name: e.name ?? "",
		untilMs: a(e.untilMs)
	};
}
function g(e) {
	return {
		id: e.question ?? "",
		text: e.text ?? "",
		votes: a(e.votes),
		score: a(e.score),
		state: e.state || "open"
	};
}
function ee(e) {
	return {
		second: a(e.second),
		hearts: _(e.hearts),
		viewers: a(e.viewers)
	};
}
function _(e) {
	return Object.fromEntries(Object.entries(e ?? {}).map(([e, t]) => [e, a(t)]));
}
function v(e) {
	return {
		id: e.question ?? "",
		person: e.person ?? "",
		name: e.name ?? "",
		anonymous: e.anonymous ?? !1,
		text: e.text ?? "",
		state: e.state || "pending",
		revision: a(e.revision),
		next: e.next ?? !1,
		label: e.label ?? "",
		answer: e.answer ?? "",
		votes: a(e.votes),
		guestVotes: a(e.guestVotes),
		votesUpto: a(e.votesUpto),
		askedMs: a(e.askedMs),
		openedMs: a(e.openedMs),
		answeringMs: a(e.answeringMs),
		answeredMs: a(e.answeredMs),
		reason: e.reason ?? "",
		edited: e.edited ?? !1,
		place: e.place ?? "",
		mergedInto: e.mergedInto ?? ""
	};
}
function y(e) {
	return {
		...v(e.question ?? {}),
		asker: e.asker ?? "",
		askerName: e.askerName ?? "",
		askerGuest: e.askerGuest ?? !1,
		originalText: e.originalText ?? "",
		undoBy: e.undoBy ?? "",
		undoUntilMs: a(e.undoUntilMs),
		why: e.why ?? "",
		detail: e.detail ?? ""
	};
}
function b(e) {
	return {
		id: e.room ?? "",
		title: e.title ?? "",
		state: e.state ?? "",
		kinds: e.kinds ?? [],
		labels: e.labels ?? [],
		slowModeSeconds: a(e.slowModeSeconds),
		commentMode: e.commentMode || "everyone",
		uniqueComments: e.uniqueComments ?? !1,
		heartsPaused: e.heartsPaused ?? !1,
		questionsPaused: e.questionsPaused ?? !1,
		emojiOnly: e.emojiOnly ?? !1,
		links: e.links || "everyone",
		editWindowSeconds: a(e.editWindowSeconds),
		holdComments: e.holdComments || "nobody",
		previewDelayMs: a(e.previewDelayMs),
		calmSinceMs: a(e.calmSinceMs),
		questionRanking: e.questionRanking || "votes",
		answeringSlots: a(e.answeringSlots) || 1,
		ignoreGuestVotes: e.ignoreGuestVotes ?? !1,
		viewerCount: e.viewerCount || "exact",
		source: e.source ?? "",
		anonymousQuestions: e.anonymousQuestions ?? !1,
		openQuestions: e.openQuestions ?? !1,
		startedMs: a(e.startedMs),
		endedMs: a(e.endedMs)
	};
}
function te(e) {
	return {
		person: e.person ?? "",
		name: e.name ?? "",
		role: e.role || "viewer",
		guest: e.guest ?? !1,
		heartsLeft: a(e.heartsLeft)
	};
}
function ne(e) {
	return {
		commentGraphemes: a(e.commentGraphemes),
		commentBytes: a(e.commentBytes),
		questionGraphemes: a(e.questionGraphemes),
		questionBytes: a(e.questionBytes),
		nameGraphemes: a(e.nameGraphemes),
		answerGraphemes: a(e.answerGraphemes),
		reasonGraphemes: a(e.reasonGraphemes),
		frameBytes: a(e.frameBytes),
		pingMs: a(e.pingMs),
		heartCap: a(e.heartCap),
		tapsPerSecond: a(e.tapsPerSecond),
		tapBurst: a(e.tapBurst),
		reportReasons: e.reportReasons ?? []
	};
}
// client/calls.ts
var re = 9e4, x = 6, ie = class {
	#e = /* @__PURE__ */ new Map();
	#t = 0;
	#n;
	#r;
	constructor(e) {
		this.#r = e;
	}
	request(e, n = "") {
		if (this.#n) return Promise.reject(this.#n);
		let r = String(++this.#t);
		return new Promise((i, a) => {
			let o = setTimeout(() => {
				this.#e.delete(r), a(new t("TIMEOUT", "No answer came. Check the connection and try again."));
			}, re);
			this.#e.set(r, {
				frame: {
					...e,
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
			if (e++ >= x) return;
			t.sentMs === 0 && this.#r(t.frame) && (t.sentMs = Date.now());
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
		let t = this.#i(e.id);
		if (t) return {
			of: t.of,
			tookMs: Date.now() - t.sentMs,
			settle: () => t.resolve(e)
		};
	}
	refused(e) {
		let t = this.#i(e.id);
		return t?.reject(S(e)), t !== void 0;
	}
	close(e) {
		this.#n = e;
		for (let t of this.#e.values()) clearTimeout(t.timer), t.reject(e);
		this.#e.clear();
	}
	#i(e) {
		let t = this.#e.get(e ?? "");
		if (t) return clearTimeout(t.timer), this.#e.delete(e), this.flush(), t;
	}
};
function S(e) {
	return new t(e.reason ?? "INTERNAL", e.message ?? "", a(e.retryAfterMs), e.field ?? "", e.question ? v(e.question) : void 0);
}
// client/emitter.ts
var ae = class {
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
}, oe = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_";
function C() {
	let e = crypto.getRandomValues(/* @__PURE__ */ new Uint8Array(22)), t = "";
	for (let n of e) t += oe[n & 63];
	return t;
}
// client/backoff.ts
var w = 500, se = 2e4;
function ce(e, t = Math.random) {
	let n = Math.min(se, 1e3 * 2 ** Math.min(e, 10));
	return Math.round(w + t() * (n - w));
}
function le(e) {
	return e >= 4500 && e <= 4999;
}
// client/diagnose.ts
async function T(e, t = fetch) {
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
var E = 15e3, ue = 4001, de = 1e4, fe = class {
	#e;
	#t;
	#n;
	#r;
	#i;
	#a = 0;
	#o = 0;
	#s = 0;
	#c;
	#l;
	#u;
	#d;
	#f;
	#p = !1;
	#m = {
		state: "connecting",
		lostMs: Date.now(),
		reason: "",
		message: "",
		retryMs: 0,
		roundTripMs: 0
	};
	heardMs = 0;
	constructor(e, t, n, r) {
		this.#e = e, this.#t = t, this.#n = n, this.#r = r;
	}
	get status() {
		return this.#m;
	}
	get gone() {
		return this.#m.state === "open" && this.#i?.readyState === 3;
	}
	start() {
		this.#h();
	}
	send(e) {
		return this.#m.state !== "open" || this.#i?.readyState !== 1 ? !1 : (this.#i.send(this.#n.encode(e)), !0);
	}
	hurry() {
		this.#m.state !== "waiting" || this.#p || (this.#s = 0, clearTimeout(this.#l), this.#h());
	}
	restart(e) {
		this.#m.state !== "closed" && (this.#b(), this.#x(), this.#S({
			state: "connecting",
			reason: e,
			message: ""
		}), clearTimeout(this.#l), this.#h());
	}
	close(e, t) {
		this.#m.state !== "closed" && (this.#b(), clearTimeout(this.#l), this.#x(), this.#S({
			state: "closed",
			reason: e,
			message: t,
			retryMs: 0
		}));
	}
	took(e) {
		this.#m.state === "open" && (this.#m = {
			...this.#m,
			roundTripMs: e
		});
	}
	async #h() {
		let e = ++this.#a;
		this.#p = !1, this.#S({
			state: "connecting",
			retryMs: 0
		});
		let n;
		try {
			n = await this.#r.hello();
		} catch (n) {
			if (e !== this.#a) return;
			n instanceof t ? this.close(n.reason, n.message) : this.#v("TOKEN_UNAVAILABLE", "No token could be had.", 0);
			return;
		}
		if (e !== this.#a) return;
		this.#f = void 0;
		let r;
		try {
			r = new this.#t(this.#e, this.#n.name), r.binaryType = "arraybuffer";
		} catch (e) {
			this.close("BAD_URL", e instanceof Error ? e.message : "The address of the server is no good.");
			return;
		}
		this.#i = r;
		let i = !1, a = () => e === this.#a;
		this.#u = setTimeout(() => a() && this.#_(1006, "TIMEOUT", i), E), r.onopen = () => {
			i = !0, a() && r.send(this.#n.encode(n));
		}, r.onmessage = (e) => a() && this.#g(e.data), r.onclose = (e) => a() && this.#_(e.code, e.reason, i), r.onerror = () => void 0;
	}
	#g(e) {
		this.heardMs = Date.now();
		let t;
		try {
			t = this.#n.decode(e);
		} catch {
			return;
		}
		t.goodbye ? this.#f = t.goodbye : (t.welcome && (clearTimeout(this.#u), this.#s = 0, this.#c = void 0, clearTimeout(this.#d), this.#d = setTimeout(() => this.#o = 0, de), this.#S({
			state: "open",
			lostMs: 0,
			reason: "",
			message: "",
			retryMs: 0
		})), this.#r.frame(t));
	}
	#_(e, t, n) {
		let r = this.#f;
		this.#b(), this.#x();
		let i = n ? void 0 : this.#c, o = r?.reason || i?.reason || t || "LOST", s = r?.message ?? i?.message ?? "";
		le(e) || e === ue ? this.#r.retry(e) ? this.#h() : this.close(o, s) : (this.#v(o, s, a(r?.reconnectAfterMs)), !n && ++this.#s === 2 && this.#y());
	}
	#v(e, t, n) {
		this.#p = n > 0;
		let r = n > 0 ? n : ce(this.#o);
		this.#o++, this.#S({
			state: "waiting",
			reason: e,
			message: t,
			retryMs: Date.now() + r
		}), clearTimeout(this.#l), this.#l = setTimeout(() => void this.#h(), r);
	}
	#y() {
		typeof fetch < "u" && T(this.#e).then((e) => {
			this.#m.state !== "open" && this.#m.state !== "closed" && this.#i?.readyState !== 1 && (this.#c = e, this.#S({
				reason: e.reason,
				message: e.message
			}));
		});
	}
	#b() {
		this.#a++, clearTimeout(this.#u), clearTimeout(this.#d);
		let e = this.#i;
		if (this.#i = void 0, e) {
			e.onopen = e.onmessage = e.onclose = null;
			try {
				e.close(1e3);
			} catch {}
		}
	}
	#x() {
		this.#m.lostMs === 0 && (this.#m = {
			...this.#m,
			lostMs: Date.now()
		}), this.#r.lost();
	}
	#S(e) {
		this.#m = {
			...this.#m,
			...e
		}, this.#r.status(this.#m);
	}
};
// client/comments.ts
function D(e, t) {
	let n = t.place > 0 ? e.findIndex((e) => e.place > t.place) : -1;
	return n < 0 ? [...e, t] : [
		...e.slice(0, n),
		t,
		...e.slice(n)
	];
}
function O(e, t) {
	let n = e;
	for (let e of t ?? []) {
		let t = o(e);
		n = n.map((e) => e.id === t.id && e.editedMs <= t.editedMs ? {
			...t,
			hiddenBefore: e.hiddenBefore
		} : e);
	}
	return n;
}
function k(e, t) {
	let n = e;
	for (let e of t ?? []) {
		let t = o(e);
		!(n[0] !== void 0 && n[0].place > t.place) && !n.some((e) => e.id === t.id) && (n = D(n, t));
	}
	return n;
}
// client/state.ts
var A = {
	loaded: !1,
	cursor: null,
	room: b({}),
	hearts: {},
	excluded: {},
	viewers: 0,
	comments: [],
	questions: /* @__PURE__ */ new Map(),
	notShown: 0,
	degraded: !1,
	mine: /* @__PURE__ */ new Map(),
	voted: /* @__PURE__ */ new Set(),
	moderation: /* @__PURE__ */ new Map(),
	pinned: null,
	onAir: null,
	milestone: null,
	pending: 0,
	counts: {},
	claims: /* @__PURE__ */ new Map(),
	pulse: [],
	ownHeld: /* @__PURE__ */ new Map(),
	turnMs: 0,
	mutedUntilMs: 0,
	mutedReason: "",
	held: /* @__PURE__ */ new Map(),
	heldTotal: 0,
	people: /* @__PURE__ */ new Map(),
	reports: /* @__PURE__ */ new Map(),
	blocs: /* @__PURE__ */ new Map(),
	overlays: 0,
	removed: /* @__PURE__ */ new Set(),
	gone: /* @__PURE__ */ new Map(),
	untold: 0,
	toldMs: 0,
	listed: {
		pending: "",
		open: "",
		settled: ""
	}
}, j = /* @__PURE__ */ new Set([
	"open",
	"answering",
	"answered"
]), pe = 1e3;
function me(e, t, n = 150) {
	let r = G(t.cursor), i = e.loaded && r?.epoch === e.cursor?.epoch, s = i && BigInt(r.log) >= BigInt(e.cursor.log), c = i ? s ? W(e.removed, t.comments) : e.removed : A.removed, l = /* @__PURE__ */ new Map();
	for (let n of t.questions ?? []) {
		let t = v(n);
		l.set(t.id, q(t, i ? e.questions.get(t.id) : void 0));
	}
	let u = /* @__PURE__ */ new Map(), d = { ...A.listed };
	for (let n of t.moderation?.questions ?? []) {
		let t = q(y(n), i ? e.questions.get(n.question?.question ?? "") : void 0);
		u.set(t.id, t);
		let r = P(t);
		r && (d[r] = t.id), j.has(t.state) && !l.has(t.id) && l.set(t.id, t);
	}
	let h = (t.comments ?? []).map((e) => o(e)).filter((e) => !c.has(e.id));
	return {
		loaded: !0,
		cursor: r,
		room: t.room ? b(t.room) : e.room,
		hearts: K(i ? e.hearts : {}, t.hearts),
		excluded: _(t.excluded),
		viewers: a(t.viewers),
		comments: h.slice(-n),
		questions: l,
		notShown: i ? Math.max(e.notShown, a(t.notShown)) : a(t.notShown),
		degraded: t.status?.degraded ?? !1,
		mine: i ? e.mine : A.mine,
		voted: i ? e.voted : A.voted,
		moderation: u,
		pinned: f(t.pinned),
		onAir: t.onAir ? p(t.onAir) : null,
		milestone: t.milestone ? m(t.milestone) : i ? e.milestone : null,
		pending: a(t.moderation?.pending),
		counts: _(t.moderation?.counts),
		claims: B(A.claims, t.moderation?.claims),
		ownHeld: e.ownHeld,
		turnMs: e.turnMs,
		mutedUntilMs: e.mutedUntilMs,
		mutedReason: e.mutedReason,
		...L(A, t.moderation),
		pulse: V(i ? e.pulse : A.pulse, t.moderation?.pulse),
		removed: c,
		gone: A.gone,
		untold: 0,
		toldMs: a(t.atMs),
		listed: d
	};
}
function M(e, t, n = 150) {
	if (!e.loaded) return e;
	let r = G(t.cursor) ?? e.cursor;
	if (r?.epoch !== e.cursor?.epoch) return e;
	let { questions: i, moderation: o, gone: s } = e, c = W(t.removed?.length ? be(e.removed, t.removed) : e.removed, t.restored), l = t.notShown === void 0 ? 0 : Math.max(0, a(t.notShown) - e.notShown), u = xe(e, t, c, l);
	if (t.questions?.length || t.votes?.length || t.gone?.length) {
		let e = new Map(i), n = new Map(s);
		for (let r of t.questions ?? []) {
			let t = v(r), i = e.get(t.id);
			t.revision < (i?.revision ?? n.get(t.id) ?? 0) || (e.set(t.id, q(t, i)), n.delete(t.id));
		}
		for (let n of t.votes ?? []) {
			let t = e.get(n.question ?? "");
			!t || a(n.upto) <= t.votesUpto || e.set(t.id, {
				...t,
				votes: a(n.votes),
				guestVotes: a(n.guestVotes),
				votesUpto: a(n.upto)
			});
		}
		for (let r of t.gone ?? []) {
			let t = e.get(r);
			t && n.set(r, t.revision + 1), e.delete(r);
		}
		i = e, s = n;
	}
	if (o.size > 0 && t.votes?.length) {
		let e = new Map(o);
		for (let n of t.votes) {
			let t = e.get(n.question ?? "");
			t && a(n.upto) > t.votesUpto && e.set(t.id, {
				...t,
				votes: a(n.votes),
				guestVotes: a(n.guestVotes),
				votesUpto: a(n.upto)
			});
		}
		o = e;
	}
	return t.moderation?.questions?.length && (o = N(o, t.moderation.questions)), {
		...e,
		...u,
		cursor: r,
		room: t.room ? b(t.room) : e.room,
		hearts: t.hearts ? K(e.hearts, t.hearts) : e.hearts,
		excluded: t.excluded ? {
			...e.excluded,
			..._(t.excluded)
		} : e.excluded,
		viewers: t.viewers === void 0 ? e.viewers : a(t.viewers),
		comments: u.comments.length > n ? u.comments.slice(-n) : u.comments,
		notShown: e.notShown + l,
		degraded: t.status ? t.status.degraded ?? !1 : e.degraded,
		questions: i,
		moderation: o,
		gone: s,
		removed: c,
		pinned: I(e, t, c),
		onAir: t.onAir ? p(t.onAir) : e.onAir,
		milestone: t.milestones?.length ? m(t.milestones.at(-1)) : e.milestone,
		pending: t.moderation ? a(t.moderation.pending) : e.pending,
		counts: t.moderation?.counts ? _(t.moderation.counts) : e.counts,
		claims: B(e.claims, t.moderation?.claims),
		...L(e, t.moderation),
		pulse: V(e.pulse, t.moderation?.pulse)
	};
}
function N(e, t) {
	let n = new Map(e);
	for (let e of t) {
		let t = y(e), r = n.get(t.id);
		(!r || t.revision >= r.revision) && n.set(t.id, q(t, r));
	}
	return n;
}
function P(e) {
	return e.state === "pending" ? "pending" : e.state === "open" || e.state === "answering" ? "open" : e.state === "withdrawn" ? void 0 : "settled";
}
function F(e, t, n) {
	let r = N(e.moderation, n.questions ?? []), i = new Map(e.questions);
	for (let t of n.questions ?? []) {
		let n = r.get(t.question?.question ?? "");
		n && j.has(n.state) && n.revision >= (e.gone.get(n.id) ?? 0) && i.set(n.id, q(n, i.get(n.id)));
	}
	let a = n.more ? n.questions?.at(-1)?.question?.question ?? "" : "";
	return {
		...e,
		moderation: r,
		questions: i,
		listed: {
			...e.listed,
			[t]: a
		}
	};
}
function I(e, t, n) {
	let r = t.pinned ? f(t.pinned) : e.pinned;
	if (!r || n.has(r.comment.id)) return null;
	let i = t.edited?.find((e) => e.comment === r.comment.id);
	return i ? {
		...r,
		comment: o(i)
	} : r;
}
function L(e, t) {
	let { held: n } = e;
	if (t?.held?.length || t?.heldGone?.length) {
		let e = new Map(n);
		for (let n of t.held ?? []) e.set(n.comment?.comment ?? "", s(n));
		for (let n of t.heldGone ?? []) e.delete(n);
		n = e;
	}
	return {
		held: n,
		heldTotal: t ? a(t.heldTotal) : e.heldTotal,
		people: R(e.people, t?.people?.map(l), (e) => e.person, (e) => !!(e.ban || e.timeout || e.shadow)),
		reports: R(e.reports, t?.reports?.map(u), (e) => e.item, (e) => e.people > 0),
		blocs: R(e.blocs, t?.blocs?.map(d), (e) => e.question, (e) => e.people > 0),
		overlays: t?.overlays === void 0 ? e.overlays : a(t.overlays)
	};
}
function R(e, t, n, r) {
	if (!t?.length) return e;
	let i = new Map(e);
	for (let e of t) r(e) ? i.set(n(e), e) : i.delete(n(e));
	return i;
}
function z(e, t) {
	let n = e.ownHeld.get(t.comment ?? "");
	if (!n) return e;
	let r = new Map(e.ownHeld);
	return t.state === "released" ? r.delete(n.comment.id) : r.set(n.comment.id, {
		...n,
		state: t.state === "rejected" ? "rejected" : "held",
		reason: t.reason ?? ""
	}), {
		...e,
		ownHeld: r
	};
}
function he(e, t) {
	return {
		...e,
		mutedUntilMs: a(t.untilMs),
		mutedReason: t.reason ?? ""
	};
}
function B(e, t) {
	return R(e, t?.map(h), (e) => e.question, (e) => e.person !== "");
}
function V(e, t) {
	if (!t?.length) return e;
	let n = new Map(e.map((e) => [e.second, e]));
	for (let e of t) n.set(a(e.second), ee(e));
	return [...n.values()].sort((e, t) => e.second - t.second).slice(-3600);
}
function H(e, t, n = 150, r = 0) {
	let i = /* @__PURE__ */ new Map();
	for (let n of t.questions ?? []) {
		let t = v(n), r = e.mine.get(t.id);
		i.set(t.id, r && r.revision > t.revision ? r : t);
	}
	let o = a(t.waitMs);
	return {
		...e,
		turnMs: o > 0 ? r + o : e.turnMs,
		mine: i,
		voted: new Set(t.voted ?? []),
		comments: _e(e, t.comments, n),
		ownHeld: ge(e, t.held)
	};
}
function ge(e, t) {
	if (!t?.length) return e.ownHeld;
	let n = new Map(e.ownHeld);
	for (let { comment: e = {}, state: r, reason: i = "" } of t) {
		let t = {
			...o(e),
			held: !0
		};
		r === "released" ? n.delete(t.id) : n.set(t.id, {
			comment: t.text ? t : n.get(t.id)?.comment ?? t,
			state: r === "rejected" ? "rejected" : "held",
			reason: i
		});
	}
	return new Map([...n].sort(([, e], [, t]) => e.comment.atMs - t.comment.atMs));
}
function _e(e, t, n) {
	let r = (t ?? []).map((e) => o(e)).filter((t) => !e.removed.has(t.id) && !e.comments.some((e) => e.id === t.id));
	return r.length === 0 ? e.comments : r.reduce(D, e.comments).slice(-n);
}
function ve(e, t, n, r = 150) {
	if (t.comment && n === "post") {
		let n = o(t.comment);
		return e.removed.has(n.id) || e.comments.some((e) => e.id === n.id) ? e : {
			...e,
			comments: D(e.comments, n).slice(-r)
		};
	}
	if (t.held?.comment && n === "post") {
		let n = {
			...o(t.held.comment),
			held: !0
		};
		return e.comments.some((e) => e.id === n.id) ? e : {
			...e,
			ownHeld: new Map([...e.ownHeld, [n.id, {
				comment: n,
				state: "held",
				reason: ""
			}]])
		};
	}
	if (t.comment && n === "edit") return {
		...e,
		comments: O(e.comments, [t.comment])
	};
	if (t.comment && n === "undelete") return {
		...e,
		removed: W(e.removed, [t.comment]),
		comments: k(e.comments, [t.comment]).slice(-r)
	};
	if (t.onAir) return a(t.onAir.atMs) < (e.onAir?.atMs ?? 0) ? e : {
		...e,
		onAir: p(t.onAir)
	};
	if (t.pinned) return {
		...e,
		pinned: f(t.pinned)
	};
	if (t.claim) return {
		...e,
		claims: B(e.claims, [t.claim])
	};
	if (t.vote && n === "vote") {
		let n = new Set(e.voted);
		return t.vote.up ? n.add(t.vote.question ?? "") : n.delete(t.vote.question ?? ""), {
			...e,
			voted: n
		};
	}
	if (t.question && (n === "ask" || n === "withdraw")) {
		let n = v(t.question), r = e.mine.get(n.id);
		return r && r.revision > n.revision ? e : {
			...e,
			mine: new Map([[n.id, n], ...[...e.mine].filter(([e]) => e !== n.id)])
		};
	}
	return t.question && n === "moderate" ? U(e, v(t.question)) : t.room ? {
		...e,
		room: b(t.room)
	} : e;
}
function U(e, t) {
	let n = e.moderation.get(t.id), r = e.questions.get(t.id);
	if (n && n.revision > t.revision || r && r.revision > t.revision) return e;
	let i = new Map(e.moderation), a = n ?? {
		...y({}),
		asker: t.person,
		askerName: t.name
	};
	i.set(t.id, q({
		...a,
		...t
	}, n ?? r));
	let o = new Map(e.questions), s = new Map(e.gone);
	j.has(t.state) ? (o.set(t.id, q(t, r ?? n)), s.delete(t.id)) : o.delete(t.id) && s.set(t.id, t.revision);
	let c = n?.state === "pending" && t.state !== "pending" ? Math.max(0, e.pending - 1) : e.pending;
	return {
		...e,
		moderation: i,
		questions: o,
		gone: s,
		pending: c
	};
}
function ye(e, { id: t, state: n, revision: r }) {
	let i = e.questions.get(t) ?? e.moderation.get(t);
	return i ? U(e, {
		...i,
		state: n,
		revision: r
	}) : e;
}
function W(e, t) {
	if (!t?.length) return e;
	let n = new Set(t.map((e) => e.comment));
	return new Set([...e].filter((e) => !n.has(e)));
}
function G(e) {
	return e ? {
		epoch: e.epoch ?? "",
		log: String(e.log ?? "0"),
		state: String(e.state ?? "0")
	} : null;
}
function K(e, t) {
	let n = new Map(Object.entries(e));
	for (let [e, r] of Object.entries(t ?? {})) n.set(e, Math.max(n.get(e) ?? 0, a(r)));
	return Object.fromEntries(n);
}
function q(e, t) {
	return !t || t.votesUpto <= e.votesUpto ? e : {
		...e,
		votes: t.votes,
		guestVotes: t.guestVotes,
		votesUpto: t.votesUpto
	};
}
function be(e, t) {
	let n = new Set(e);
	for (let e of t) n.add(e);
	for (let e of n) {
		if (n.size <= pe) break;
		n.delete(e);
	}
	return n;
}
function xe(e, t, n, r) {
	let { untold: i, toldMs: s } = e;
	i += r;
	let c = e.comments;
	if (t.removed?.length && (c = c.filter((e) => !n.has(e.id))), c = k(O(c, t.edited), t.restored), !t.comments?.length) return {
		comments: c,
		untold: i,
		toldMs: s
	};
	let l = [...c];
	for (let e of t.comments) {
		if (n.has(e.comment ?? "")) continue;
		let t = l.findIndex((t) => t.id === e.comment);
		t >= 0 && l.splice(t, 1);
		let r = a(e.atMs), c = 0;
		(i >= 10 || i > 0 && r - s > 1e4) && (c = i, i = 0, s = r), l.push(o(e, c));
	}
	return {
		comments: l,
		untold: i,
		toldMs: s
	};
}
// client/subprotocol.ts
var Se = {
	name: "ovation.v1.json",
	encode: (e) => JSON.stringify(e),
	decode: (e) => JSON.parse(String(e))
}, J = 200, Y = 2e3, X = 1e3, Ce = class {
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
		if (r && n - r.sinceMs < Y ? r.count = Math.min(X, r.count + t) : this.#e.set(e, {
			count: Math.min(X, t),
			sinceMs: n
		}), this.#t === void 0) {
			let e = Math.max(0, Math.min(J, this.#n + J - n));
			e === 0 ? this.#i() : this.#t = setTimeout(() => this.#i(), e);
		}
	}
	#i() {
		this.#t = void 0;
		let e = Date.now();
		this.#n = e;
		for (let [t, n] of this.#e) (e - n.sinceMs >= Y || this.#r(t, n.count)) && this.#e.delete(t);
		this.#e.size > 0 && (this.#t = setTimeout(() => this.#i(), J));
	}
	close() {
		clearTimeout(this.#t), this.#t = void 0, this.#e.clear();
	}
}, we = 3e4, Te = class {
	#e;
	#t = "";
	#n = 0;
	#r;
	#i;
	constructor(e, t) {
		this.#a(e), this.#e = t;
	}
	get renewable() {
		return this.#e !== void 0;
	}
	async current() {
		return this.#t && (this.#n === 0 || this.#n > Date.now()) ? this.#t : this.#e ? this.fresh() : this.#t;
	}
	fresh() {
		return this.#r ??= new Promise((e, t) => {
			this.#i = setTimeout(() => t(/* @__PURE__ */ Error("getToken has not settled for 30 s")), we), this.#e().then(e, t);
		}).then((e) => this.#a(e)).finally(() => {
			clearTimeout(this.#i), this.#r = void 0;
		}), this.#r;
	}
	close() {
		clearTimeout(this.#i);
	}
	forget() {
		this.#a("");
	}
	#a(e) {
		return this.#n = Ee(e, Date.now()), this.#t = e;
	}
	refreshMs(e = Date.now()) {
		return this.#n > e ? Math.min(2 ** 31 - 1, (this.#n - e) * (.75 + Math.random() * .1)) : 0;
	}
};
function Ee(e, t) {
	try {
		let { exp: n = 0, iat: r = 0 } = JSON.parse(atob(e.split(".")[1].replace(/-/g, "+").replace(/_/g, "/"))), i = n * 1e3 - t, a = (n - r) * 1e3;
		return r > 0 && a > 0 && (i <= 0 || i > a) ? t + a : n * 1e3;
	} catch {
		return 0;
	}
}
// client/moderate.ts
function De(e, t) {
	let n = (t, n = "moderate") => e({ moderate: {
		requestId: C(),
		...t
	} }, n), r = async (e, t, r = {}) => v((await n({ [e]: {
		question: t.id,
		revision: String(t.revision),
		...r
	} })).question ?? {}), i = async (e, t) => {
		let r = await n(e);
		return t?.(r.change ?? ""), r;
	}, a = async (e, t) => b((await i(e, t)).room ?? {}), s = (e) => e ? { change: e } : {};
	return {
		approve: (e) => r("approve", e),
		reject: (e, t = "") => r("reject", e, { reason: t }),
		highlight: (e, t = 0) => r("highlight", e, t > 0 ? { streamTimeMs: String(t) } : {}),
		unhighlight: (e) => r("unhighlight", e),
		queue: (e) => r("queue", e),
		unqueue: (e) => r("unqueue", e),
		answer: (e, t = "", n) => r("answer", e, {
			text: t,
			...n
		}),
		archive: (e) => r("archive", e),
		restore: (e) => r("restore", e),
		edit: (e, t, n) => r("edit", e, {
			text: t,
			...n
		}),
		label: (e, t) => r("label", e, { label: t }),
		reorder: (e, t) => r("reorder", e, { before: t }),
		merge: (e, t, n) => r("merge", e, {
			into: t,
			...n
		}),
		unmerge: (e) => r("unmerge", e),
		undo: (e) => r("undoQuestion", e),
		claim: async (e, { release: t = !1, takeOver: r = !1 } = {}) => h((await n({ claim: {
			question: e,
			release: t,
			takeOver: r
		} })).claim ?? {}),
		similar: async (t) => ((await e({ similar: { question: t } })).similar?.questions ?? []).map(g),
		more: async (n) => {
			let r = (await e({ listQuestions: {
				list: n,
				after: t.after(n)
			} })).questions ?? {};
			return t.take(n, r), r.more ?? !1;
		},
		deleteComment: async (e, t = "") => void await n({ deleteComment: {
			comment: e,
			reason: t
		} }),
		undelete: async (e) => o((await n({ undelete: { comment: e } }, "undelete")).comment ?? {}),
		pin: async (e, t = 0, n) => f((await i({ pin: {
			comment: e,
			seconds: t
		} }, n)).pinned),
		unpin: async (e = "", t) => void await i({ unpin: { comment: e } }, t),
		onAir: async ({ comment: e = "", question: t = "" } = {}, n) => void await i({ onAir: {
			comment: e,
			question: t
		} }, n),
		calm: (e, t) => a({ calm: { on: e } }, t),
		modes: (e, t) => a({ modes: e }, t),
		terms: async ({ add: e = [], remove: t = [], comment: n = "" } = {}, r) => (await i({ terms: {
			add: [...e],
			remove: [...t],
			comment: n
		} }, r)).terms?.terms ?? [],
		timeOut: async (e, t, r = "") => void await n({ timeout: {
			person: e,
			seconds: t,
			reason: r
		} }),
		ban: async (e, { seconds: t = 0, reason: r = "", hidden: i = !1 } = {}) => void await n({ ban: {
			person: e,
			seconds: t,
			reason: r,
			hidden: i
		} }),
		unban: async (e) => void await n({ unban: { person: e } }),
		removeAll: async (e) => (await n({ removeAll: { person: e } })).count ?? 0,
		release: async (e) => void await n({ release: { comment: e } }),
		rejectHeld: async (e, t = "") => void await n({ rejectHeld: {
			comment: e,
			reason: t
		} }),
		undoHeld: async (e) => void await n({ undoHeld: { comment: e } }),
		undoPerson: async (e) => void await n({ undoPerson: { person: e } }),
		undoRemoveAll: async (e) => void await n({ undoRemoveAll: { person: e } }),
		undoDelete: async (e) => void await n({ undoDelete: { comment: e } }),
		undoSetting: async (e) => void await n({ undoSetting: s(e) }),
		undoTerms: async (e) => void await n({ undoTerms: s(e) }),
		undoPin: async (e) => void await n({ undoPin: s(e) }),
		undoOnAir: async (e) => void await n({ undoOnAir: s(e) }),
		undoLast: async () => (await n({ undo: {} })).undone ?? "",
		start: () => a({ start: {} }),
		end: (e) => a({ end: {} }, e),
		reopen: () => a({ reopen: {} }),
		undoEnd: async (e) => void await n({ undoEnd: s(e) })
	};
}
// client/wake.ts
var Z = 5e3;
function Oe(e) {
	let t = Date.now(), n = setInterval(() => {
		let n = Date.now();
		n - t > 3 * Z && e.woke(), t = n, e.beat();
	}, Z), r = [() => clearInterval(n)], i = (e, t, n) => {
		e?.addEventListener(t, n), r.push(() => e?.removeEventListener(t, n));
	}, a = typeof document > "u" ? void 0 : document, o = typeof window > "u" ? void 0 : window;
	return i(o, "online", () => e.woke()), i(o, "pageshow", (t) => t.persisted && e.woke()), i(a, "visibilitychange", () => {
		e.hidden(a.hidden), a.hidden || e.woke();
	}), () => r.forEach((e) => e());
}
// client/room.ts
var Q = 12e3, ke = 6e4, $ = class {
	id;
	#e;
	#t = new ae();
	#n;
	#r;
	#i;
	#a;
	#o;
	#s;
	#c = A;
	#l = null;
	#u = null;
	#d;
	#f = 0;
	#p = !0;
	#m = !1;
	#h = typeof document < "u" && document.hidden;
	#g = !1;
	#_;
	#v;
	#y;
	constructor(e) {
		this.#e = e, this.id = e.room, this.#o = e.guests === null ? i() : e.guests ?? r, this.#a = new Te(e.token ?? "", e.getToken), this.#d = e.name ?? this.#o.load(e.room).name;
		let t = e.WebSocket ?? globalThis.WebSocket;
		this.#n = new fe(e.url ?? Ae(), t, e.subprotocol ?? Se, {
			hello: () => this.#b(),
			frame: (e) => this.#S(e),
			lost: () => this.#r.lost(),
			status: (e) => {
				this.#t.emit("status", e), e.state === "closed" && this.#P(e);
			},
			retry: (e) => this.#x(e)
		}), this.#r = new ie((e) => this.#n.send(e)), this.#i = new Ce((e, t) => this.#n.send({ tap: {
			kind: e,
			count: t
		} })), this.#s = Oe({
			woke: () => this.#A(),
			hidden: (e) => this.#j(e),
			beat: () => this.#M()
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
		post: async (e, t = {}) => {
			let { replyTo: n = "", streamTimeMs: r = 0 } = t, i = await this.#D({ post: {
				requestId: C(),
				text: e,
				replyTo: n,
				streamTimeMs: String(r)
			} }, "post");
			return i.held ? {
				...o(i.held.comment ?? {}),
				held: !0
			} : o(i.comment ?? {});
		},
		report: async (e, t) => void await this.#D({ report: {
			comment: e,
			reason: t
		} }),
		edit: async (e, t) => o((await this.#D({ edit: {
			comment: e,
			text: t
		} }, "edit")).comment ?? {}),
		undelete: async (e) => o((await this.#D({ undelete: { comment: e } }, "undelete")).comment ?? {}),
		delete: async (e) => void await this.#D({ delete: { comment: e } }),
		subscribe: (e) => this.on("comments", e)
	};
	questions = {
		ask: async (e, t = {}) => {
			let { anonymous: n = !1, label: r = "", streamTimeMs: i = 0 } = t, a = {
				requestId: C(),
				text: e,
				anonymous: n,
				label: r,
				streamTimeMs: String(i)
			};
			return v((await this.#D({ ask: a }, "ask")).question ?? {});
		},
		similar: async (e) => ((await this.#D({ similar: { text: e } })).similar?.questions ?? []).map(g),
		report: async (e, t) => void await this.#D({ report: {
			question: e,
			reason: t
		} }),
		withdraw: async (e) => v((await this.#D({ withdraw: {
			requestId: C(),
			question: e
		} }, "withdraw")).question ?? {}),
		vote: async (e, t = !0) => void await this.#D({ vote: {
			question: e,
			up: t
		} }, "vote"),
		mine: async () => void await this.#D({ mine: {} })
	};
	moderate = De((e, t) => this.#D(e, t), {
		after: (e) => this.#c.listed[e],
		take: (e, t) => this.#T(F(this.#c, e, t))
	});
	rename(e) {
		let t = this.#O();
		return t ? Promise.reject(t) : new Promise((t, n) => {
			this.#y?.done();
			let r = this.#d;
			this.#d = e;
			let i = (e) => {
				this.#y = void 0, e && (this.#d = r), e ? n(e) : t();
			};
			this.#y = {
				wanted: e,
				before: this.#l?.name ?? "",
				done: i
			}, this.#n.restart("RENAME");
		});
	}
	async ping() {
		return await this.#D({ pace: { slow: this.#h } }), this.status.roundTripMs;
	}
	close() {
		this.#n.close("CLOSED", "");
	}
	async #b() {
		let e = await this.#a.current() || this.#o.load(this.id).token, { cursor: t } = this.#c;
		return { hello: {
			room: this.id,
			client: this.#e.client ?? "viewer",
			...e && { token: e },
			...this.#d && { name: this.#d },
			...t && { cursor: { ...t } }
		} };
	}
	#x(e) {
		let t = e === 4001 || e === 4502 || e === 4505;
		if (this.#g || !t) return !1;
		if (this.#g = !0, this.#a.renewable) return this.#a.forget(), !0;
		let n = this.#o.load(this.id);
		return this.#e.token || !n.token ? !1 : (this.#o.save(this.id, {
			token: "",
			name: n.name
		}), !0);
	}
	#S(e) {
		if (e.welcome) this.#w(e.welcome);
		else if (e.snapshot) this.#C(e.snapshot);
		else if (e.tick) this.#E(e.tick);
		else if (e.verdict) this.#T(z(this.#c, e.verdict));
		else if (e.muted) this.#T(he(this.#c, e.muted));
		else if (e.mine) this.#T(H(this.#c, e.mine, this.#e.maxComments, this.nowMs));
		else if (e.ack) {
			let t = this.#r.acked(e.ack);
			if (!t) return;
			this.#n.took(t.tookMs), this.#T(ve(this.#c, e.ack, t.of, this.#e.maxComments), !0), t.settle();
		} else if (e.fault) {
			let t = S(e.fault);
			if (t.question && this.#T(ye(this.#c, t.question)), this.#r.refused(e.fault)) return;
			t.field === "name" && this.#y && this.#y.done(t), this.#t.emit("fault", t);
		} else e.resync && (this.#p = this.#m = !0);
	}
	#C(e) {
		let t = this.#m ? this.#c.comments.filter((e) => e.person === this.#l?.person) : [];
		this.#m = !1, this.#T(me(this.#c, e, this.#e.maxComments));
		let n = new Set(this.#c.comments.map((e) => e.id));
		t.some((e) => !n.has(e.id)) && this.questions.mine().catch(() => void 0);
	}
	#w(e) {
		let t = te(e.you ?? {});
		this.#l && this.#l.person !== t.person && (this.#c = {
			...this.#c,
			mine: A.mine,
			voted: A.voted,
			ownHeld: A.ownHeld,
			turnMs: 0
		}), this.#l = t, this.#u = ne(e.limits ?? {}), this.#f = e.nowMs ? a(e.nowMs) - Date.now() : 0, this.#p = !0, this.#m = !1, this.#g = !1, t.guest && (this.#d = t.name || this.#d, this.#o.save(this.id, {
			token: e.you?.guestToken ?? this.#o.load(this.id).token,
			name: t.name
		})), this.#t.emit("welcome", {
			you: t,
			limits: this.#u,
			recovered: e.recovered ?? !1
		}), this.#t.emit("view", this.#c), this.#r.flush(), this.#h && this.#n.send({ pace: { slow: !0 } }), this.#N();
		let n = this.#y;
		n && (t.name && t.name !== n.before ? n.done() : (clearTimeout(this.#v), this.#v = setTimeout(() => this.#y === n && n.done(), 1e3)));
	}
	#T(e, t = !1) {
		let n = this.#c;
		if (e === n) return;
		this.#c = e;
		let r = this.#p || this.#h || !n.loaded;
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
	#E(e) {
		let t = this.#c, n = e.atMs ? a(e.atMs) - this.nowMs : 0;
		if (Math.abs(n) > ke && (this.#f += n), this.#T(M(t, e, this.#e.maxComments), !0), !(this.#c === t || this.#h)) for (let t of e.milestones ?? []) this.#t.emit("milestone", m(t));
	}
	#D(e, t = "") {
		let n = this.#O();
		return n ? Promise.reject(n) : this.#r.request(e, t);
	}
	#O() {
		let { state: e, reason: n, message: r } = this.#n.status;
		return e === "closed" ? new t(n || "CLOSED", r || "The room was left.") : void 0;
	}
	#k() {
		this.#r.request({ pace: { slow: this.#h } }).catch(() => void 0);
	}
	#A() {
		this.#n.gone ? this.#n.restart("LOST") : this.status.state === "open" ? this.#k() : this.#n.hurry();
	}
	#j(e) {
		this.#h = e, this.#n.send({ pace: { slow: e } });
	}
	#M() {
		if (this.#n.gone && this.#n.restart("LOST"), this.status.state !== "open") return;
		let e = Date.now(), t = e - this.#n.heardMs;
		this.#r.waitingMs(e) > Q && t > Q ? this.#n.restart("SILENT") : t > 2 * (this.#u?.pingMs || 25e3) && this.#r.size === 0 && this.#k();
	}
	#N() {
		clearTimeout(this.#_);
		let e = this.#a.renewable ? this.#a.refreshMs() : 0;
		e !== 0 && (this.#_ = setTimeout(() => {
			this.#a.fresh().then((e) => this.#r.request({ auth: { token: e } })).then(() => this.#N()).catch(() => void 0);
		}, e));
	}
	#P(e) {
		this.#s(), this.#i.close(), this.#a.close(), clearTimeout(this.#_), clearTimeout(this.#v);
		let n = new t(e.reason || "CLOSED", e.message || "The room was left.");
		this.#r.close(n), this.#y?.done(n);
	}
};
function Ae() {
	if (typeof location > "u") throw new t("BAD_URL", "Outside a browser, say which server: url: \"wss://…/v1/ws\".");
	return `${location.protocol === "https:" ? "wss" : "ws"}://${location.host}/v1/ws`;
}
// client/index.ts
function je(e) {
	return new $(e);
}
export { t as OvationError, $ as Room, je as connect, i as memoryGuests };
