import Bridge
import Protocol
import Testing

@testable import AppService

@Suite("One session with Connect")
struct ConnectSessionTests {
    private let start = Moment(milliseconds: 1_788_264_000_000)

    @Test("Every request has a tag of its own, and its answer is known by it")
    func tags() throws {
        var session = ConnectSession()
        let first = ask(.readTopics(Connect.ReadTopics()), &session)
        let second = ask(.readTopics(Connect.ReadTopics()), &session)
        #expect(first != second)
        #expect(try receive(#"{"mt":"Topic","src":"\#(second)","sip":"b"}"#, &session) == .collected)
        #expect(try receive(#"{"mt":"Topic","src":"\#(first)","sip":"a"}"#, &session) == .collected)
        #expect(
            try receive(#"{"mt":"ReadTopicsResult","src":"\#(first)"}"#, &session)
                == .answered(first, ConnectSession.Reply(result: .readTopicsResult(Connect.PlainResult()), topics: [Connect.Topic(sip: "a")])))
        #expect(try receive(#"{"mt":"ReadTopicsResult","src":"\#(first)"}"#, &session) == .ignored(mt: "ReadTopicsResult"))
        #expect(
            try receive(#"{"mt":"ReadTopicsResult","src":"\#(second)"}"#, &session)
                == .answered(second, ConnectSession.Reply(result: .readTopicsResult(Connect.PlainResult()), topics: [Connect.Topic(sip: "b")])))
    }

    @Test("The posts of a run are told from those that follow, with the same tag for pages")
    func runs() throws {
        var session = ConnectSession()
        let filter = ask(.setFilter(Connect.SetFilter(count: 50)), &session)
        #expect(try receive(add(1, filter), &session) == .collected)
        let result = try receive(#"{"mt":"SetFilterResult","src":"\#(filter)"}"#, &session)
        #expect(result == .answered(filter, ConnectSession.Reply(result: .setFilterResult(Connect.PlainResult()), adds: [post(1)])))
        #expect(try receive(add(2, filter), &session) == .live(filter, post(2)))
        _ = session.request(.getMore(Connect.GetMore(count: 50)), as: filter, now: start)
        #expect(try receive(add(0x1_0000_0000, filter), &session) == .collected)
        let page = try receive(#"{"mt":"GetMoreResult","src":"\#(filter)"}"#, &session)
        #expect(page == .answered(filter, ConnectSession.Reply(result: .getMoreResult(Connect.PlainResult()), adds: [post(0x1_0000_0000)])))
        #expect(try receive(add(3, filter), &session) == .live(filter, post(3)))
    }

    @Test("A post that was shown before is a change")
    func changes() throws {
        var session = ConnectSession()
        let filter = ask(.setFilter(Connect.SetFilter()), &session)
        _ = try receive(add(1, filter), &session)
        _ = try receive(#"{"mt":"SetFilterResult","src":"\#(filter)"}"#, &session)
        #expect(try receive(add(1, filter), &session) == .changed(filter, post(1)))
        #expect(try receive(add(2, filter), &session) == .live(filter, post(2)))
        #expect(try receive(add(2, filter), &session) == .changed(filter, post(2)))
    }

    @Test(
        "What belongs to nothing is ignored",
        arguments: [
            #"{"mt":"Add","src":"x","id":1}"#, #"{"mt":"Add","id":1}"#, #"{"mt":"Topic","src":"x"}"#, #"{"mt":"PostResult","src":"x"}"#,
            #"{"mt":"KeepAlive"}"#, #"{"mt":"KeepAlive","src":"c1"}"#, #"{"mt":"UpdateResult","src":"c1"}"#,
        ])
    func strangers(json: String) throws {
        var session = ConnectSession()
        let source = ask(.post(Connect.Post(topic: "whatsapp")), &session)
        #expect(source == "c1")
        guard case .ignored = try receive(json, &session) else {
            Issue.record("not ignored")
            return
        }
        #expect(session.nextDeadline != nil)
    }

    @Test("Any failure with its tag answers a request")
    func strangeFailure() throws {
        var session = ConnectSession()
        let source = ask(.post(Connect.Post(topic: "whatsapp")), &session)
        guard case .answered(source, let reply) = try receive(#"{"mt":"Error","src":"\#(source)","error":"no"}"#, &session) else {
            Issue.record("not answered")
            return
        }
        #expect(reply.result.failure == Connect.Failure(detail: "no"))
    }

    @Test("A request is overdue 30 s after it was made, each for itself")
    func deadlines() throws {
        var session = ConnectSession()
        #expect(session.nextDeadline == nil)
        let first = ask(.readTopics(Connect.ReadTopics()), &session)
        let second = session.makeSource()
        _ = session.request(.readTopics(Connect.ReadTopics()), as: second, now: start + .seconds(1))
        #expect(session.nextDeadline == start + .seconds(30))
        #expect(session.expired(at: start + .milliseconds(29_999)) == [])
        #expect(session.expired(at: start + .seconds(30)) == [first])
        #expect(session.expired(at: start + .seconds(31)) == [first, second])
        _ = try receive(#"{"mt":"ReadTopicsResult","src":"\#(first)"}"#, &session)
        #expect(session.nextDeadline == start + .seconds(31))
    }

    @Test("A run without end is noticed")
    func endlessRun() throws {
        var session = ConnectSession(runLimit: 3)
        let source = ask(.discussion(Connect.Discussion(discussion: Connect.ID(rawValue: 1), count: 2)), &session)
        for number in 1...5 { #expect(try receive(add(UInt64(number), source), &session) == .collected) }
        #expect(try receive(add(6, source), &session) == .overrun(source))
    }

    @Test("Only so many ids are remembered, the newest")
    func recentIDs() {
        var ids = RecentIDs(limit: 3)
        #expect([1, 2, 3, 1, 4, 2, 1, 4].map { ids.insert(Connect.ID(rawValue: $0)) } == [true, true, true, false, true, false, true, false])
    }

    private func ask(_ request: Connect.Request, _ session: inout ConnectSession) -> String {
        let source = session.makeSource()
        #expect(session.request(request, as: source, now: start) == Connect.ClientMessage(source: source, request: request))
        return source
    }

    private func receive(_ json: String, _ session: inout ConnectSession) throws -> ConnectSession.Event {
        session.received(try Connect.ServerMessage(json: json.utf8))
    }

    private func add(_ id: UInt64, _ source: String) -> String { #"{"mt":"Add","src":"\#(source)","id":\#(id)}"# }

    private func post(_ id: UInt64) -> Connect.Add { Connect.Add(id: Connect.ID(rawValue: id)) }
}
