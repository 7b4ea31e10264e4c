import Testing

@testable import Lab

@Suite struct ConnectFaultTests {
    private static let post = #"{"mt":"Post","src":"a","topic":"whatsapp","text":"x"}"#

    @Test(
        "A post can fail before and after it was stored",
        arguments: [
            (ConnectFault.Kind.dropBefore, ["close"], 0), (.dropAfter, ["close"], 1), (.loseAnswer, [], 1), (.ignore, [], 0),
            (.error("busy"), [#"{"mt":"PostResult","src":"a","error":"busy"}"#], 0),
            (.error(7), [#"{"mt":"PostResult","src":"a","error":7}"#], 0), (.error(true), [#"{"mt":"PostResult","src":"a","error":true}"#], 0),
        ])
    func posts(_ kind: ConnectFault.Kind, _ answer: [String], _ stored: Int) {
        var bench = ConnectBench()
        _ = bench.logIn(1)
        bench.core.faults = [ConnectFault(kind)]
        #expect(bench.send(Self.post) == answer)
        #expect(bench.core.posts.count == stored)
    }

    @Test("A fault spoils as many messages as it says, and lets others pass first")
    func counting() {
        var bench = ConnectBench()
        _ = bench.logIn(1)
        bench.core.faults = [ConnectFault(.error(true), skipping: 1, times: 2)]
        let failures = (0..<4).map { _ in bench.send(Self.post).contains { $0.contains("error") } }
        #expect(failures == [false, true, true, false])
        #expect(bench.core.faults.isEmpty)
    }

    @Test("Others still get a post whose answer is lost with the connection")
    func othersAreTold() {
        var bench = ConnectBench()
        _ = bench.logIn(1)
        _ = bench.logIn(2)
        _ = bench.send(#"{"mt":"SetFilter","src":"f","filter":{},"count":0}"#, 2)
        bench.core.faults = [ConnectFault(.dropAfter)]
        let actions = bench.core.received(Self.post, from: 1, now: bench.now)
        #expect(bench.texts(actions, 1) == ["close"])
        #expect(bench.texts(actions, 2).count == 1)
    }

    @Test("A late answer is overtaken by what happens meanwhile")
    func delay() throws {
        var bench = ConnectBench()
        _ = bench.logIn(1)
        bench.core.faults = [ConnectFault(.delay(5_000), on: "SetFilter")]
        #expect(bench.send(#"{"mt":"SetFilter","src":"f","filter":{},"count":0}"#).isEmpty)
        let live = try bench.core.post(ConnectHumanPost(author: "anna", text: "x", topic: "whatsapp"), now: bench.now).actions
        #expect(bench.texts(live, 1).count == 1)
        #expect(bench.core.nextDue == bench.now + 5_000)
        #expect(bench.texts(bench.core.fire(now: bench.now + 4_999), 1).isEmpty)
        #expect(bench.texts(bench.core.fire(now: bench.now + 5_000), 1) == [#"{"mt":"SetFilterResult","src":"f"}"#])
    }

    @Test("A colleague can post between the initial posts and the filter's result")
    func interleaving() throws {
        var bench = ConnectBench(firstID: 1)
        _ = bench.logIn(1)
        _ = try bench.human(ConnectHumanPost(author: "anna", text: "old", topic: "whatsapp"))
        bench.core.faults = [ConnectFault(.interleave(ConnectHumanPost(author: "ben", text: "new", topic: "whatsapp")), on: "SetFilter")]
        let texts = bench.send(#"{"mt":"SetFilter","src":"f","filter":{},"count":50}"#)
        #expect(ConnectBench.ids(texts) == [1, 2])
        #expect(texts.last == #"{"mt":"SetFilterResult","src":"f"}"#)
    }

    @Test("With an answer delay nothing is answered at once, and the order stays")
    func answerDelay() {
        var options = ConnectOptions()
        options.answerDelay = 100
        var bench = ConnectBench(options)
        bench.core.connected(1)
        #expect(bench.send(#"{"mt":"AppChallenge"}"#).isEmpty)
        #expect(bench.texts(bench.core.fire(now: bench.now + 100), 1).count == 1)
    }
}
