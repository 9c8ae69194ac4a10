// client/testing/room.ts
var e = /* @__PURE__ */ new Set([
	"open",
	"answering",
	"answered"
]), t = {
	pending: ["pending"],
	open: ["answering", "open"],
	settled: [
		"answered",
		"rejected",
		"archived",
		"merged"
	]
}, n = 100, r = class {
	room;
	hearts = {};
	comments = [];
	questions = /* @__PURE__ */ new Map();
	reports = [];
	onAir;
	pinned;
	notShown = 0;
	before = {};
	changes = a();
	#e = 1;
	#t = 0;
	#n = 0;
	#r = /* @__PURE__ */ new Map();
	constructor(e = {}) {
		this.room = {
			room: e.room ?? "launch",
			title: e.title ?? "Launch",
			state: e.state ?? "live",
			kinds: e.kinds ?? [
				"heart",
				"clap",
				"fire",
				"laugh",
				"wow"
			],
			labels: e.labels ?? [],
			commentMode: "everyone",
			anonymousQuestions: !0,
			startedMs: String(Date.now() - 6e5)
		};
	}
	newEpoch() {
		this.#e++, this.#t = 0, this.comments.length = 0, this.questions.clear();
		for (let e of Object.keys(this.hearts)) delete this.hearts[e];
	}
	comment(e, t, n = {}) {
		let r = {
			comment: this.id("c"),
			person: `p-${e}`,
			name: e,
			role: "viewer",
			text: t,
			atMs: String(Date.now()),
			...n
		};
		return this.add(r), r;
	}
	question(e, t, n = "pending", r = {}) {
		let i = this.id("q"), a = `p-${e}`;
		return this.questions.set(i, {
			question: i,
			person: a,
			name: e,
			text: t,
			state: n,
			revision: "1",
			votes: "0",
			votesUpto: "0",
			askedMs: String(Date.now()),
			...r,
			asker: a,
			askerName: e,
			voters: /* @__PURE__ */ new Set()
		}), this.changes.touched.add(i), i;
	}
	heart(e = "heart", t = 1) {
		this.hearts[e] = (this.hearts[e] ?? 0) + t, this.changes.hearts.add(e);
	}
	remove(e) {
		let t = this.comments.findIndex((t) => t.comment === e);
		t >= 0 && this.#r.set(e, {
			at: t,
			comment: this.comments.splice(t, 1)[0]
		}), this.pinned?.comment?.comment === e && this.pin(""), this.changes.removed.push(e);
	}
	pin(e) {
		let t = this.comments.find((t) => t.comment === e);
		this.pinned = t && { comment: t }, this.changes.pinned = !0;
	}
	become(e) {
		this.room.state = e, e === "ended" && (this.room.endedMs = String(Date.now())), this.changes.room = !0;
	}
	id(e) {
		return `${e}${this.next()}`;
	}
	next() {
		return ++this.#n;
	}
	add(e) {
		e.place = String(this.next()), this.comments.push(e), this.changes.comments.push(e);
	}
	undelete(e) {
		let t = this.#r.get(e);
		if (t) return this.#r.delete(e), this.comments.splice(t.at, 0, t.comment), this.changes.restored.push(t.comment), t.comment;
	}
	cursor() {
		return {
			epoch: `e${this.#e}`,
			log: String(this.#t),
			state: String(this.#t)
		};
	}
	turn() {
		let e = this.changes;
		return this.changes = a(), this.#t++, (t, n) => this.#i(e, t, n);
	}
	snapshot(r, i) {
		let a = [...this.questions.values()];
		return {
			cursor: this.cursor(),
			room: this.room,
			hearts: Object.fromEntries(Object.entries(this.hearts).map(([e, t]) => [e, String(t)])),
			viewers: String(r),
			comments: this.comments.slice(-50),
			questions: i ? [] : a.filter((t) => e.has(t.state)).map(o),
			atMs: String(Date.now()),
			...this.onAir && { onAir: this.onAir },
			...this.pinned && { pinned: this.pinned },
			...this.notShown && { notShown: String(this.notShown) },
			...i && { moderation: this.#o(Object.values(t).flatMap((e) => this.#a(e).slice(0, n))) }
		};
	}
	#i(t, n, r) {
		let i = [...t.touched].map((e) => this.questions.get(e)).filter(Boolean), a = {
			cursor: this.cursor(),
			atMs: String(Date.now()),
			viewers: String(n)
		};
		t.hearts.size && (a.hearts = Object.fromEntries([...t.hearts].map((e) => [e, String(this.hearts[e])]))), t.comments.length && (a.comments = t.comments), t.removed.length && (a.removed = t.removed), t.edited.length && (a.edited = t.edited), t.restored.length && (a.restored = t.restored), t.onAir && this.onAir && (a.onAir = this.onAir), t.pinned && (a.pinned = this.pinned ?? {}), this.notShown && (a.notShown = String(this.notShown)), t.room && (a.room = this.room);
		let s = i.filter((t) => e.has(t.state));
		s.length && (a.questions = s.map(o));
		let c = i.filter((t) => !e.has(t.state)).map((e) => e.question);
		c.length && (a.gone = c);
		let l = [...t.voted].filter((e) => !t.touched.has(e)).map((e) => this.questions.get(e));
		return l.length && (a.votes = l.map((e) => ({
			question: e.question,
			votes: e.votes,
			upto: e.votesUpto
		}))), r && i.length && (a.moderation = this.#o(i)), a;
	}
	page(e, r) {
		if (!Object.hasOwn(t, e)) return;
		let a = this.#a(t[e]), o = a.findIndex((e) => e.question === r) + 1;
		return {
			questions: a.slice(o, o + n).map(i),
			more: a.length > o + n
		};
	}
	#a(e) {
		return [...this.questions.values()].filter((t) => e.includes(t.state));
	}
	#o(e) {
		let t = {};
		for (let e of this.questions.values()) t[e.state] = (t[e.state] ?? 0) + 1;
		return {
			questions: e.map(i),
			pending: String(t.pending ?? 0),
			counts: t
		};
	}
};
function i(e) {
	return {
		question: o(e),
		asker: e.asker,
		askerName: e.askerName
	};
}
function a() {
	return {
		comments: [],
		edited: [],
		restored: [],
		pinned: !1,
		onAir: !1,
		removed: [],
		touched: /* @__PURE__ */ new Set(),
		voted: /* @__PURE__ */ new Set(),
		hearts: /* @__PURE__ */ new Set(),
		room: !1
	};
}
function o(e) {
	let { asker: t, askerName: n, voters: r, ...i } = e;
	return { ...i };
}
// client/testing/verbs.ts
function s(e, t, n, r) {
	let { ack: i, refuse: a } = r, s = (n = "") => e.comments.find((e) => e.comment === n && e.person === t.person);
	if (e.room.state === "ended" && (n.post || n.ask || n.vote)) return a("ROOM_ENDED", "this room has ended");
	if (n.post) {
		let r = {
			comment: e.id("c"),
			person: t.person,
			name: t.name,
			role: t.role,
			text: n.post.text ?? "",
			atMs: String(Date.now())
		}, o = e.comments.find((e) => e.comment === n.post?.replyTo);
		return o && (r.reply = {
			comment: o.comment,
			person: o.person,
			name: o.name
		}), r.text?.trim() ? (e.add(r), i({ comment: r })) : a("TEXT_EMPTY", "write something first");
	}
	if (n.ask) {
		let { text: r = "", anonymous: a = !1, label: s = "" } = n.ask, c = e.questions.get(e.question(t.name, r, "pending", {
			anonymous: a,
			label: s
		}));
		return Object.assign(c, {
			asker: t.person,
			person: a ? "" : t.person,
			name: a ? "" : t.name
		}), i({ question: o(c) });
	}
	if (n.vote) return c(e, t, n.vote.question ?? "", n.vote.up ?? !1, r);
	if (n.withdraw) return f(e, "withdrawn", e.questions.get(n.withdraw.question ?? ""), r);
	if (n.edit) {
		let t = s(n.edit.comment);
		return t ? (Object.assign(t, {
			text: n.edit.text ?? "",
			editedMs: String(Date.now())
		}), e.changes.edited.push(t), i({ comment: t })) : a("COMMENT_NOT_FOUND", "there is no such comment of yours");
	}
	if (n.delete) return !s(n.delete.comment) && t.role === "viewer" ? a("PERMISSION_DENIED", "that comment is not yours") : (e.remove(n.delete.comment ?? ""), i({}));
	if (n.undelete) {
		let r = e.undelete(n.undelete.comment ?? "");
		return r?.person === t.person ? i({ comment: r }) : a("UNDO_EXPIRED", "there is nothing to take back");
	}
	if (n.similar) {
		let t = (e = "") => e.toLowerCase().match(/\p{L}{3,}/gu) ?? [], r = new Set(t(n.similar.text));
		return i({ similar: { questions: [...e.questions.values()].filter((e) => e.state === "open" && t(e.text).some((e) => r.has(e))).slice(0, 3).map((e) => ({
			question: e.question,
			text: e.text,
			votes: e.votes,
			score: .5,
			state: e.state
		})) } });
	}
	if (n.listQuestions) {
		if (t.role === "viewer") return a("PERMISSION_DENIED", "only a moderator may do that");
		let r = e.page(n.listQuestions.list ?? "", n.listQuestions.after ?? "");
		return r ? i({ questions: r }) : a("FIELD_INVALID", "there are the lists pending, open and settled");
	}
	if (n.report) return e.reports.push({
		person: t.person,
		item: n.report.comment ?? n.report.question ?? "",
		reason: n.report.reason ?? ""
	}), i({});
	if (n.mine) return r.own(t.person, [...e.questions.values()].filter((e) => e.asker === t.person).map(o)), i({});
	if (n.pace || n.auth) return i({});
	if (n.moderate) return u(e, t, n.moderate, r);
	a("UNKNOWN_VERB", "this server does not know that verb");
}
function c(e, t, n, r, { ack: i, refuse: a }) {
	let o = e.questions.get(n);
	if (!o) return a("QUESTION_NOT_FOUND", "there is no such question");
	o.voters.has(t.person) !== r && (o.votes = String(Number(o.votes) + (r ? 1 : -1))), r ? o.voters.add(t.person) : o.voters.delete(t.person), o.votesUpto = String(e.next()), e.changes.voted.add(o.question), i({ vote: {
		question: n,
		...r && { up: r }
	} });
}
var l = {
	approve: [["pending", "rejected"], "open"],
	reject: [["pending", "open"], "rejected"],
	highlight: [["open"], "answering"],
	unhighlight: [["answering"], "open"],
	queue: [["open"], "open"],
	unqueue: [["open"], "open"],
	answer: [["open", "answering"], "answered"],
	archive: [[
		"pending",
		"open",
		"answering",
		"answered",
		"rejected"
	], "archived"],
	restore: [["archived"], "open"]
};
function u(e, t, n, r) {
	let { ack: i, refuse: a } = r;
	if (t.role === "viewer") return a("PERMISSION_DENIED", "only a moderator may do that");
	if (n.deleteComment) return e.remove(n.deleteComment.comment ?? ""), i({});
	let o = n.undelete ?? n.undoDelete;
	if (o) {
		let t = e.undelete(o.comment ?? "");
		return t ? i({ comment: t }) : a("UNDO_EXPIRED", "there is nothing to take back");
	}
	if (n.pin || n.unpin) {
		let t = e.pinned?.comment?.comment ?? "";
		return (n.pin ? n.pin.comment === t : !t || n.unpin?.comment && n.unpin.comment !== t) ? i({ ...n.pin && e.pinned && { pinned: e.pinned } }) : (e.before.pin = {
			was: t,
			change: String(e.next())
		}, e.pin(n.pin?.comment ?? ""), i({
			...e.pinned && { pinned: e.pinned },
			change: e.before.pin.change
		}));
	}
	if (n.onAir) {
		let t = e.comments.find((e) => e.comment === n.onAir?.comment);
		return n.onAir.comment && !t ? a("COMMENT_NOT_FOUND", "there is no such comment that viewers see") : (e.before.onAir = {
			was: e.onAir ?? {},
			change: String(e.next())
		}, e.onAir = {
			...t && { comment: t },
			...n.onAir.question && { question: n.onAir.question },
			atMs: String(Date.now())
		}, e.changes.onAir = !0, i({
			onAir: e.onAir,
			change: e.before.onAir.change
		}));
	}
	if (n.undoPin && d(n.undoPin, e.before.pin)) return e.pin(e.before.pin.was), delete e.before.pin, i({});
	if (n.undoOnAir && d(n.undoOnAir, e.before.onAir)) return e.onAir = e.before.onAir.was, e.changes.onAir = !0, delete e.before.onAir, i({});
	if (n.undoEnd && e.room.state === "ended" && d(n.undoEnd, e.before.end)) return e.become("live"), i({});
	if (n.undoPin || n.undoOnAir || n.undoEnd || n.undoSetting || n.undoTerms) return a("UNDO_EXPIRED", "there is nothing to take back");
	let s = n.start ? "live" : n.end ? "ended" : n.reopen ? "live" : "";
	if (s) {
		let t = n.end && e.room.state !== "ended";
		return t && (e.before.end = { change: String(e.next()) }), e.become(s), i({
			room: e.room,
			...t && e.before.end
		});
	}
	for (let [t, [i, o]] of Object.entries(l)) {
		let s = n[t];
		if (!s) continue;
		let c = e.questions.get(s.question ?? "");
		return c && String(s.revision) !== c.revision ? a("REVISION_MISMATCH", "somebody was faster") : c && !i.includes(c.state) ? a("WRONG_STATE", "the question is no longer there") : (c && (c.next = t === "queue", s.reason && (c.reason = s.reason), s.text && (c.answer = s.text), t === "highlight" && (c.answeringMs = String(Date.now())), t === "answer" && (c.answeredMs = String(Date.now()))), f(e, o, c, r));
	}
	a("UNKNOWN_VERB", "this server does not know that act of moderation");
}
function d(e, t) {
	return t !== void 0 && (!e.change || String(e.change) === t.change);
}
function f(e, t, n, { ack: r, refuse: i, own: a }) {
	if (!n) return i("QUESTION_NOT_FOUND", "there is no such question");
	n.state = t, n.revision = String(Number(n.revision) + 1), e.changes.touched.add(n.question), r({ question: o(n) }), a(n.asker, [o(n)]);
}
// client/testing/fake.ts
var p = class extends r {
	received = [];
	extraViewers = 0;
	refuse;
	mute = !1;
	#e = /* @__PURE__ */ new Set();
	#t;
	#n = /* @__PURE__ */ new Map();
	constructor(e = {}) {
		super(e), e.tickMs && (this.#t = setInterval(() => this.tick(), e.tickMs));
	}
	stop() {
		clearInterval(this.#t);
	}
	get WebSocket() {
		let e = (e) => this.accept(e);
		return class {
			readyState = 0;
			onopen = null;
			onmessage = null;
			onclose = null;
			onerror = null;
			#o;
			constructor(t, n) {
				if (![n].flat().includes("ovation.v1.json")) throw Error("the fake server speaks ovation.v1.json only: leave `subprotocol` out");
				this.#o = e({
					deliver: (e) => queueMicrotask(() => this.readyState === 1 && this.onmessage?.({ data: JSON.stringify(e) })),
					end: (e, t) => queueMicrotask(() => {
						this.readyState !== 3 && (this.readyState = 3, this.onclose?.({
							code: e,
							reason: t
						}));
					})
				}), queueMicrotask(() => {
					this.readyState === 0 && (this.readyState = 1, this.onopen?.({}));
				});
			}
			send(e) {
				this.#o.frame(String(e));
			}
			close() {
				this.readyState = 3, this.#o.gone();
			}
		};
	}
	accept(e) {
		let t = {
			...e,
			hello: void 0,
			person: "",
			name: "",
			role: "viewer"
		};
		return {
			frame: (e) => {
				if (this.mute) return;
				let n = JSON.parse(e);
				this.received.push(n), this.#r(t, n);
			},
			gone: () => void this.#e.delete(t)
		};
	}
	drop(e = 1006, t = "") {
		for (let n of this.#e) n.end(e, t);
		this.#e.clear();
	}
	goodbye(e, t, n = 0, r = "") {
		for (let e of this.#e) e.deliver({ goodbye: {
			reason: t,
			reconnectAfterMs: String(n),
			message: r
		} });
		this.drop(e, t);
	}
	broadcast(e) {
		for (let t of this.#e) t.deliver(e);
	}
	tick() {
		let e = this.turn();
		for (let t of this.#e) t.deliver({ tick: e(this.#a(), t.role !== "viewer") });
	}
	#r(e, t) {
		if (t.hello) return this.#i(e, t.hello);
		if (!e.hello) return e.end(4500, "BAD_HELLO");
		if (t.tap) return this.heart(t.tap.kind, t.tap.count ?? 0);
		let n = t.id ?? "", r = t.post?.requestId ?? t.ask?.requestId ?? t.moderate?.requestId ?? "", i = (t) => {
			r && this.#n.set(r, t), e.deliver({ ack: {
				...t,
				id: n
			} });
		}, a = this.#n.get(r);
		if (a) return i(a);
		s(this, e, t, {
			ack: i,
			refuse: (t, r) => e.deliver({ fault: {
				id: n,
				reason: t,
				message: r
			} }),
			own: (e, t) => {
				for (let n of this.#e) n.person === e && n.deliver({ mine: { questions: [...t] } });
			}
		});
	}
	#i(e, t) {
		let n = this.refuse ?? (t.room === this.room.room ? void 0 : {
			code: 4504,
			reason: "ROOM_NOT_FOUND",
			message: "there is no such room"
		});
		if (n) return e.deliver({ goodbye: {
			reason: n.reason,
			message: n.message ?? ""
		} }), e.end(n.code, n.reason);
		let r = t.token ?? "", i = !r || r.startsWith("guest-");
		e.hello = t, e.role = /^(host|moderator)/.exec(r)?.[0] ?? "viewer", e.person = i ? r || `guest-${this.id("g")}` : r, e.name = t.name ?? (i ? "" : e.role), this.#e.add(e);
		let a = this.cursor(), o = t.cursor?.epoch === a.epoch && t.cursor?.log === a.log;
		if (e.deliver({ welcome: {
			you: {
				person: e.person,
				name: e.name,
				role: e.role,
				heartsLeft: "500",
				...i && {
					guest: i,
					guestToken: e.person
				}
			},
			...o && { recovered: o },
			limits: {
				commentGraphemes: 300,
				commentBytes: 1200,
				questionGraphemes: 280,
				questionBytes: 1120,
				nameGraphemes: 40,
				answerGraphemes: 4e3,
				reasonGraphemes: 200,
				frameBytes: 16384,
				pingMs: 25e3,
				heartCap: "500",
				tapsPerSecond: 10,
				tapBurst: 40,
				reportReasons: [
					"spam",
					"harassment",
					"hate",
					"sexual",
					"violence",
					"self_harm",
					"other"
				]
			},
			nowMs: String(Date.now()),
			server: "fake"
		} }), o) return e.deliver({ tick: {
			cursor: this.cursor(),
			atMs: String(Date.now())
		} });
		e.deliver({ snapshot: this.snapshot(this.#a(), e.role !== "viewer") });
	}
	#a() {
		return this.extraViewers + [...this.#e].filter((e) => (e.hello?.client ?? "viewer") === "viewer").length;
	}
};
export { r as FakeRoom, p as FakeServer };
