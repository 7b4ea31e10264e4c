import Testing

@testable import Lab

@Suite struct ConnectChangeTests {
    private func bench(_ tells: Bool) throws -> (ConnectBench, UInt64) {
        var options = ConnectOptions()
        options.tellsChanges = tells
        var bench = ConnectBench(options, firstID: 1)
        _ = bench.logIn(1)
        _ = bench.send(#"{"mt":"SetFilter","src":"f","filter":{"topics":["whatsapp"]},"count":0}"#)
        let id = try bench.human(ConnectHumanPost(author: "anna", text: "one", topic: "whatsapp"))
        return (bench, id)
    }

    @Test("Live filters learn of edits and likes only where that is an option", arguments: [false, true])
    func live(_ tells: Bool) throws {
        var (bench, id) = try bench(tells)
        let edit = bench.texts(try bench.core.update(id, by: "anna", text: "two", now: bench.now), 1)
        let like = bench.texts(try bench.core.like(id, by: "ben", true), 1)
        let own = bench.send(#"{"mt":"Post","src":"p","topic":"whatsapp","text":"x","filterSrc":"f"}"#).count
        let update = bench.send(#"{"mt":"Update","src":"u","id":2,"text":"y"}"#)
        #expect(own == 1 && update.count == (tells ? 2 : 1) && update.first?.contains("UpdateResult") == true)
        #expect(ConnectBench.ids(edit + like + update) == (tells ? [1, 1, 2] : []))
        if tells {
            #expect(edit.first?.contains(#""text":"two""#) == true)
            #expect(like.first?.contains(#""likes":1"#) == true)
        }
    }

    @Test("A discussion shows the present text and likes in any case")
    func discussion() throws {
        var (bench, id) = try bench(false)
        _ = try bench.core.update(id, by: "anna", text: "two", now: bench.now)
        _ = try bench.core.like(id, by: "ben", true)
        let texts = bench.send(#"{"mt":"Discussion","src":"d","discussion":1}"#)
        #expect(texts.first?.contains(#""text":"two""#) == true && texts.first?.contains(#""likes":1"#) == true)
    }
}
