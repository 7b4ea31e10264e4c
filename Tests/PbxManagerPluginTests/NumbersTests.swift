import AppService
import Bridge
import FoundationEssentials
import Lab
import Protocol
import Testing

@Suite("Numbers, as administrators change them", .timeLimit(.minutes(1))) struct NumbersTests {
    private static func number(_ answer: JSON) throws -> JSON { try #require(answer["number"], "\(answer)") }

    private static func rev(_ browser: Browser, _ id: String) async throws -> Int64 {
        let numbers = try await browser.ask("GetNumbers")["numbers"]?.elements ?? []
        return try #require(numbers.first { $0["id"]?.text == id }?["rev"]?.int64)
    }

    @Test("A number is listed with all that the contract names")
    func list() async throws {
        try await PluginBench.run { bench in
            try await bench.untilConnected()
            try await bench.logIn { browser in
                let answer = try await browser.ask("SubscribeNumbers", src: "n1")
                #expect(
                    answer["numbers"] == [
                        [
                            "id": .string(bench.numberID), "display": "", "name": "", "waba": .string(bench.lab.configuration.waba), "app": "connect",
                            "zone": "whatsapp", "tags": [], "licensed": true, "active": true, "closedMessage": "", "readReceipts": false,
                            "typing": false, "edits": "nothing", "state": "ok", "rev": 1,
                        ]
                    ])
                #expect(answer["more"] == nil)
            }
        }
    }

    @Test("Only what is given changes; everyone who subscribed is told, the one who changed it too")
    func update() async throws {
        try await PluginBench.run { bench in
            try await bench.logIn { one in
                try await bench.logIn { two in
                    _ = try await one.ask("SubscribeNumbers", src: "s1")
                    _ = try await two.ask("SubscribeNumbers", src: "s2")
                    let answer = try await one.ask(
                        "UpdateNumber", ["id": .string(bench.numberID), "rev": 1, "tags": ["#vip", "two words", "\"quoted\""], "typing": true])
                    let number = try Self.number(answer)
                    #expect(number["tags"] == ["vip", "\"two words\"", "quoted"])
                    #expect(number["typing"] == true)
                    #expect(number["zone"] == "whatsapp")
                    #expect(number["rev"] == 2)
                    for (browser, src) in [(one, "s1"), (two, "s2")] {
                        let push = try await browser.push("NumberInfo")
                        #expect(push["src"]?.text == src)
                        #expect(push["number"] == number)
                    }
                    _ = try await two.ask("UnsubscribeNumbers")
                    _ = try await one.ask("UpdateNumber", ["id": .string(bench.numberID), "rev": 2, "typing": false])
                    _ = try await one.push("NumberInfo")
                    _ = try await two.ask("GetInfo")
                    #expect(two.pushes.isEmpty)
                }
            }
        }
    }

    @Test("Who has not seen the last change gets a conflict with the number as it is, and changes nothing")
    func conflict() async throws {
        try await PluginBench.run { bench in
            try await bench.logIn { one in
                try await bench.logIn { two in
                    _ = try await one.ask("UpdateNumber", ["id": .string(bench.numberID), "rev": 1, "closedMessage": "One"])
                    let answer = try await two.ask("UpdateNumber", ["id": .string(bench.numberID), "rev": 1, "closedMessage": "Two"])
                    #expect(answer["error"] == "CONFLICT")
                    #expect(answer["errorText"]?.text?.isEmpty == false)
                    #expect(answer["number"]?["closedMessage"] == "One")
                    let rev = try #require(answer["number"]?["rev"])
                    let again = try await two.ask("UpdateNumber", ["id": .string(bench.numberID), "rev": rev, "closedMessage": "Two"])
                    #expect(again["number"]?["closedMessage"] == "Two")
                }
            }
        }
    }

    @Test("Of two who change the same number at the same time exactly one succeeds, twenty times")
    func race() async throws {
        try await PluginBench.run { bench in
            try await bench.logIn { one in
                try await bench.logIn { two in
                    for round in 0..<20 {
                        let rev = JSON.number(JSONNumber(try await Self.rev(one, bench.numberID)))
                        async let first = one.ask(
                            "UpdateNumber", ["id": .string(bench.numberID), "rev": rev, "closedMessage": .string("1-\(round)")])
                        async let second = two.ask(
                            "UpdateNumber", ["id": .string(bench.numberID), "rev": rev, "closedMessage": .string("2-\(round)")])
                        let answers = try await [first, second]
                        #expect(answers.filter { $0["error"] == "CONFLICT" }.count == 1)
                        #expect(answers.filter { $0["error"] == nil }.count == 1)
                        #expect(Set(answers.compactMap { $0["number"]?["closedMessage"]?.text }).count == 1)
                    }
                }
            }
        }
    }

    static let badValues: [(members: [JSONMember], error: String, field: String)] = [
        ([JSONMember("tags", "vip")], "BAD_REQUEST", "tags"),
        ([JSONMember("tags", [true])], "BAD_REQUEST", "tags"),
        ([JSONMember("tags", [""])], "BAD_REQUEST", "tags"),
        ([JSONMember("tags", ["a\"b"])], "BAD_REQUEST", "tags"),
        ([JSONMember("tags", .array((0..<11).map { .string("t\($0)") }))], "BAD_REQUEST", "tags"),
        ([JSONMember("tags", [.string(String(repeating: "x", count: 65))])], "BAD_REQUEST", "tags"),
        ([JSONMember("closedMessage", .string(String(repeating: "x", count: 4_097)))], "BAD_REQUEST", "closedMessage"),
        ([JSONMember("closedMessage", .string("e" + String(repeating: "\u{301}", count: 20_000)))], "BAD_REQUEST", "closedMessage"),
        ([JSONMember("closedMessage", "a\u{0}b")], "BAD_REQUEST", "closedMessage"),
        ([JSONMember("app", "two words")], "BAD_REQUEST", "app"),
        ([JSONMember("app", "nobody")], "NOT_FOUND", "app"),
        ([JSONMember("zone", "a,b")], "BAD_REQUEST", "zone"),
        ([JSONMember("zone", .string(String(repeating: "z", count: 129)))], "BAD_REQUEST", "zone"),
        ([JSONMember("zone", "nowhere")], "NOT_FOUND", "zone"),
        ([JSONMember("licensed", "yes")], "BAD_REQUEST", "licensed"),
        ([JSONMember("edits", "sometimes")], "BAD_REQUEST", "edits"),
        ([JSONMember("readReceipts", 1)], "BAD_REQUEST", "readReceipts"),
        ([JSONMember("rev", "first")], "BAD_REQUEST", "rev"),
        ([JSONMember("rev", nil)], "BAD_REQUEST", "rev"),
        ([JSONMember("id", "7")], "NOT_FOUND", "id"),
        ([JSONMember("id", ["7"])], "BAD_REQUEST", "id"),
    ]

    @Test("A value that is not allowed is refused with its field, and nothing changes")
    func bad() async throws {
        try await PluginBench.run { bench in
            try await bench.untilConnected()
            try await bench.logIn { browser in
                for (members, error, field) in Self.badValues {
                    // The last member of a name counts.
                    let all = [JSONMember("id", .string(bench.numberID)), JSONMember("rev", 1), JSONMember("typing", true)] + members
                    let text = JSON.object([JSONMember("api", "WhatsAppAdmin"), JSONMember("mt", "UpdateNumber"), JSONMember("src", "b")] + all)
                    try await browser.send(String(decoding: text.bytes, as: UTF8.self))
                    let answer = try await browser.receive()
                    #expect(answer["error"]?.text == error, "\(members)")
                    #expect(answer["field"]?.text == field, "\(members)")
                    #expect(answer["errorText"]?.text?.hasSuffix(".") == true)
                }
                #expect(try await Self.rev(browser, bench.numberID) == 1)
            }
        }
    }

    @Test("The longest values that are allowed go through, and no answer is longer than 64,000 bytes")
    func long() async throws {
        try await PluginBench.run { lab in
            lab.numbers = (0..<20).map { MetaNumber(id: "\(1_000_000 + $0)", displayNumber: "49\($0)", verifiedName: "N\($0)", countryCode: "49") }
        } _: { bench in
            try await bench.logIn { browser in
                // Four bytes each, the longest that a character is on its own.
                let message = String(repeating: "😀", count: 4_096)
                let tags = (0..<10).map { JSON.string("\($0)" + String(repeating: "#", count: 63)) }
                _ = try await browser.ask("SubscribeNumbers")
                for number in bench.lab.configuration.numbers {
                    let answer = try await browser.ask(
                        "UpdateNumber", ["id": .string(number.id), "rev": 1, "closedMessage": .string(message), "tags": .array(tags)])
                    #expect(answer["number"]?["closedMessage"]?.text == message, "\(answer["errorText"] as Any)")
                }
                var ids: [String] = []
                var answer = try await browser.ask("SubscribeNumbers")
                while true {
                    ids += (answer["numbers"]?.elements ?? []).compactMap { $0["id"]?.text }
                    guard answer["more"] == true else { break }
                    answer = try await browser.ask("GetNumbers", ["after": .string(try #require(ids.last))])
                }
                #expect(ids == bench.lab.configuration.numbers.map(\.id))
                #expect(browser.longest < 64_000)
            }
        }
    }

    @Test("A request of almost 64 KiB and one of more are answered; the session goes on")
    func longRequests() async throws {
        try await PluginBench.run { bench in
            try await bench.logIn { browser in
                for size in [63_000, 200_000, 900_000] {
                    let text = String(repeating: "x", count: size)
                    let answer = try await browser.ask("UpdateNumber", ["id": .string(bench.numberID), "rev": 1, "closedMessage": .string(text)])
                    #expect(answer["field"] == "closedMessage")
                }
                let unknown = try await browser.ask("Nonsense", ["x": .string(String(repeating: "y", count: 100_000))])
                #expect(unknown["error"] == "BAD_REQUEST")
            }
        }
    }

    @Test("A number that is deleted is gone for all, and its zone is left")
    func delete() async throws {
        try await PluginBench.run { bench in
            try await bench.logIn { browser in
                _ = try await browser.ask("SubscribeNumbers", src: "s")
                let answer = try await browser.ask("DeleteNumber", ["id": .string(bench.numberID)])
                #expect(answer["error"] == nil)
                let push = try await browser.push("NumberDeletedInfo")
                #expect(push["src"] == "s")
                #expect(push["id"]?.text == bench.numberID)
                #expect(try await browser.ask("GetNumbers")["numbers"] == [])
                #expect(try await browser.ask("DeleteNumber", ["id": .string(bench.numberID)])["error"] == "NOT_FOUND")
            }
        }
    }

    @Test("A moved zone is followed without a restart: the next message opens a discussion there, and nothing is lost")
    func moved() async throws {
        try await PluginBench.run { lab in
            lab.furtherZones = ["sales"]
        } _: { bench in
            let lab = bench.lab
            try await bench.untilConnected()
            try await bench.logIn { browser in
                _ = try await browser.ask("SubscribeNumbers")
                let zones = try await browser.ask("GetZones", ["app": "connect"])["zones"]?.elements ?? []
                #expect(zones.compactMap { $0["name"]?.text } == ["sales", "whatsapp"])
                try lab.meta.send(.text("one"), from: "ada")
                try await lab.connect.wait(until: "the first is posted") { $0.posts.count == 1 }
                try lab.meta.send(.text("two"), from: "grace")
                let answer = try await browser.ask("MoveZone", ["from": "whatsapp", "to": "sales"])
                #expect(answer["moved"] == 1)
                #expect(try await browser.push("NumberInfo")["number"]?["zone"] == "sales")
                try lab.meta.send(.text("three"), from: "ada")
                try await lab.connect.wait(until: "all are posted") { $0.posts.filter { $0.author != "anna" }.count == 3 }
                let third = try #require(lab.connect.posts.first { $0.text.contains("three") })
                #expect(third.topic == "sales")
                #expect(third.isRoot)
                // The old zone is read on.
                try await lab.connect.wait(until: "the zone is read") { $0.filterCount == 2 }
                try lab.connect.post(ConnectHumanPost(author: "anna", text: "Hello", topic: "sales", repliesTo: third.id))
                try await lab.meta.wait(until: "the answer is accepted") { $0.accepted.count == 1 }
            }
        }
    }

    @Test("What waits for a zone is posted once an administrator has chosen one")
    func held() async throws {
        try await PluginBench.run { _ in
        } service: { service in
            service.instances[0].accounts[0].numbers[0].zone = nil
        } _: { bench in
            let lab = bench.lab
            try await bench.logIn { browser in
                try lab.meta.send(.text("one"), from: "ada")
                try await lab.pbx.wait(until: "the PBX is there") { $0.links.contains { $0.isOpen } }
                let numbers = try await browser.ask("SubscribeNumbers")["numbers"]
                #expect(numbers?.elements?.first?["state"] == "no-zone")
                #expect(numbers?.elements?.first?["active"] == false)
                let answer = try await browser.ask("UpdateNumber", ["id": .string(bench.numberID), "rev": 1, "zone": "whatsapp"])
                #expect(answer["number"]?["active"] == true)
                try await lab.connect.wait(until: "the text is posted") { $0.posts.count == 1 }
            }
        }
    }

    @Test("Another Connect app is used without a restart")
    func otherApp() async throws {
        try await PluginBench.run { _ in
        } service: { service in
            service.instances[0].accounts[0].numbers[0].app = "elsewhere"
        } _: { bench in
            let lab = bench.lab
            try await bench.logIn { browser in
                try lab.meta.send(.text("one"), from: "ada")
                try await lab.pbx.wait(until: "the PBX is there") { $0.links.contains { $0.isOpen } }
                _ = try await browser.ask("SubscribeNumbers")
                _ = try await browser.ask("SubscribeInfo")
                if try await browser.ask("GetNumbers")["numbers"]?.elements?.first?["state"] != "no-app" {
                    _ = try await browser.push("NumberInfo") { $0["number"]?["state"] == "no-app" }
                }
                let answer = try await browser.ask("UpdateNumber", ["id": .string(bench.numberID), "rev": 1, "app": "connect"])
                #expect(answer["number"]?["state"] == "ok", "\(answer)")
                try await lab.connect.wait(until: "the text is posted") { $0.posts.count == 1 }
                let root = try #require(lab.connect.posts.first)
                try await lab.connect.wait(until: "the zone is read") { $0.filterCount == 1 }
                try lab.connect.post(ConnectHumanPost(author: "anna", text: "Hello", topic: "whatsapp", repliesTo: root.id))
                try await lab.meta.wait(until: "the answer is accepted") { $0.accepted.count == 1 }
            }
        }
    }

    @Test("A refused token shows at its numbers, and no more once it is replaced")
    func token() async throws {
        let setup = ScriptedSetup(.success(DiscoveredAccount(name: "Sales", numbers: [])))
        try await PluginBench.run(service: { $0.instances[0].accounts[0].token = Secret("expired") }, accounts: setup) { bench in
            let lab = bench.lab
            try await bench.untilConnected()
            try await bench.logIn { browser in
                _ = try await browser.ask("SubscribeNumbers")
                try lab.meta.send(.text("Hello"), from: "ada")
                try await lab.connect.wait(until: "the text is posted") { $0.posts.count == 1 }
                let root = try #require(lab.connect.posts.first)
                try lab.connect.post(ConnectHumanPost(author: "anna", text: "Hi Ada", topic: "whatsapp", repliesTo: root.id))
                _ = try await browser.push("NumberInfo") { $0["number"]?["state"] == "token-invalid" }
                let problems = try await browser.ask("GetInfo")["problems"]?.elements ?? []
                #expect(problems.first?["code"] == "token-invalid")
                #expect(problems.first?["args"] == [.string(lab.configuration.waba)])
                _ = try await browser.ask(
                    "AddAccount", ["waba": .string(lab.configuration.waba), "token": try browser.sealed(lab.configuration.accessToken)])
                try await lab.meta.wait(until: "the answer is accepted") { $0.accepted.count == 1 }
                _ = try await browser.push("NumberInfo") { $0["number"]?["state"] == "ok" }
            }
        }
    }

    @Test("While settings change again and again, every message is posted once and every answer sent once")
    func busy() async throws {
        try await PluginBench.run { lab in
            lab.furtherZones = ["sales"]
        } _: { bench in
            let lab = bench.lab
            try await bench.untilConnected()
            try await bench.logIn { browser in
                try await withThrowingTaskGroup(of: Void.self) { group in
                    group.addTask {
                        for number in 0..<40 {
                            try lab.meta.send(.text("message \(number)."), from: number % 2 == 0 ? "ada" : "grace")
                            try await Task.sleep(for: .milliseconds(25))
                        }
                    }
                    group.addTask {
                        for round in 0..<8 {
                            let rev = JSON.number(JSONNumber(try await Self.rev(browser, bench.numberID)))
                            let zone: JSON = round % 2 == 0 ? "sales" : "whatsapp"
                            let answer = try await browser.ask(
                                "UpdateNumber", ["id": .string(bench.numberID), "rev": rev, "zone": zone, "tags": [.string("t\(round)")]])
                            #expect(answer["error"] == nil, "\(answer)")
                        }
                    }
                    try await group.waitForAll()
                }
                @Sendable func isThere(_ number: Int, _ posts: [ConnectStoredPost]) -> Int { posts.count { $0.text.contains("message \(number).") } }
                try await lab.connect.wait(until: "all are posted") { connect in (0..<40).allSatisfy { isThere($0, connect.posts) >= 1 } }
                for number in 0..<40 { #expect(isThere(number, lab.connect.posts) == 1) }
                #expect(lab.connect.violations.isEmpty)
            }
        }
    }

    @Test("What a command beside the service changes is pushed")
    func beside() async throws {
        try await PluginBench.run { _ in
        } service: { service in
            service.instances[0].accounts = []
        } _: { bench in
            try await bench.logIn { browser in
                #expect(try await browser.ask("SubscribeNumbers")["numbers"] == [])
                var configuration = bench.configuration
                configuration.instances[0].accounts = [
                    AccountConfiguration(
                        waba: "1", token: Secret("token"),
                        numbers: [NumberConfiguration(id: PhoneNumberID(rawValue: "77"), zone: Zone(rawValue: "whatsapp"))])
                ]
                _ = try await InstanceEditor(configuration: configuration).apply(configuration.instances[0])
                #expect(try await browser.push("NumberInfo")["number"]?["id"] == "77")
            }
        }
    }

    @Test("A licence can be given as long as the PBX has granted some; what is over is said")
    func licences() async throws {
        try await PluginBench.run { lab in
            lab.isInTestMode = false
            lab.licences = 1
            lab.numbers = (1...2).map { MetaNumber(id: "\($0)", displayNumber: "49\($0)", verifiedName: "N\($0)", countryCode: "49") }
        } service: { service in
            service.instances[0].accounts[0].numbers[1].licensed = false
        } _: { bench in
            try await bench.untilConnected()
            try await bench.logIn { browser in
                let info = try await browser.ask("GetInfo")
                #expect(info["lics"] == 1)
                #expect(info["licsUsed"] == 1)
                #expect(info["testmode"] == false)
                let refused = try await browser.ask("UpdateNumber", ["id": "2", "rev": 1, "licensed": true])
                #expect(refused["error"] == "NO_LICENSE")
                #expect(refused["field"] == "licensed")
                #expect(refused["errorText"] == "1 of 1 licences are in use.")
                _ = try await browser.ask("UpdateNumber", ["id": "1", "rev": 1, "licensed": false])
                let given = try await browser.ask("UpdateNumber", ["id": "2", "rev": 1, "licensed": true])
                #expect(given["number"]?["active"] == true)
                #expect(try await browser.ask("GetNumbers")["numbers"]?.elements?.first?["state"] == "unlicensed")
            }
        }
    }
}
