import AppService
import Bridge
import Lab
import Protocol
import Synchronization
import Testing

/// An account setup that answers what it is told, and keeps what it was asked.
final class ScriptedSetup: AccountSetup {
    let requests = Mutex<[AccountRequest]>([])
    private let result: Result<DiscoveredAccount, AccountSetupFailure>

    init(_ result: Result<DiscoveredAccount, AccountSetupFailure>) { self.result = result }

    convenience init(numbers: Range<Int>) {
        self.init(
            .success(
                DiscoveredAccount(
                    name: "Sales",
                    numbers: numbers.map {
                        DiscoveredNumber(
                            id: PhoneNumberID(rawValue: "\(500 + $0)"), display: "+49 \($0)", verifiedName: "Number \($0)", quality: "GREEN",
                            isRegistered: $0 % 2 == 0)
                    })))
    }

    func prepare(_ request: AccountRequest) async throws(AccountSetupFailure) -> DiscoveredAccount {
        requests.withLock { $0.append(request) }
        return try result.get()
    }
}

@Suite("Accounts that are added by hand", .timeLimit(.minutes(1))) struct AccountsTests {
    private func add(_ browser: Browser, _ more: KeyValuePairs<String, JSON> = [:], token: String = "token-of-the-account-1234") async throws -> JSON
    {
        let members: [(String, JSON)] = [("waba", "900"), ("token", try browser.sealed(token))] + more.map { ($0.key, $0.value) }
        var all = [JSONMember("api", "WhatsAppAdmin"), JSONMember("mt", "AddAccount"), JSONMember("src", "add")]
        all += members.map { JSONMember($0.0, $0.1) }
        try await browser.send(String(decoding: JSON.object(all).bytes, as: UTF8.self))
        while true {
            let message = try await browser.receive()
            if message["src"] == "add" { return message }
        }
    }

    @Test("Its numbers begin with the object's zone and the default text; the secrets arrive as they were typed")
    func added() async throws {
        let setup = ScriptedSetup(numbers: 0..<2)
        try await PluginBench.run(accounts: setup) { bench in
            try await bench.untilConnected()
            try await bench.logIn { browser in
                _ = try await browser.ask("WriteConfig", api: "Config", ["ConfigItems": ["closedMessage": "Closed."]])
                let answer = try await add(
                    browser, ["pin": try browser.sealed("012345"), "appSecret": try browser.sealed("app"), "phoneIds": ["500", "501"]])
                let numbers = answer["numbers"]?.elements ?? []
                #expect(numbers.compactMap { $0["id"]?.text } == ["500", "501"])
                let first = try #require(numbers.first)
                #expect(first["display"] == "+49 0")
                #expect(first["name"] == "Number 0")
                #expect(first["quality"] == "GREEN")
                #expect(first["waba"] == "900")
                #expect(first["app"] == "connect")
                #expect(first["zone"] == "whatsapp")
                #expect(first["closedMessage"] == "Closed.")
                #expect(first["licensed"] == true)
                #expect(numbers.map { $0["state"]?.text } == ["ok", "not-registered"])
                let request = try #require(setup.requests.withLock { $0.first })
                #expect(request.token == Secret("token-of-the-account-1234"))
                #expect(request.pin == PIN("012345"))
                #expect(request.appSecret == Secret("app"))
                #expect(request.numbers?.map(\.rawValue) == ["500", "501"])
                let accounts = try await browser.ask("GetInfo")["accounts"]?.elements ?? []
                let account = try #require(accounts.first { $0["waba"] == "900" })
                #expect(account["name"] == "Sales")
                #expect(account["tokenTail"] == "1234")
                #expect(account["tokenTime"]?.int64 != nil)
            }
        }
    }

    @Test("Adding again replaces the token and keeps what was set")
    func again() async throws {
        let setup = ScriptedSetup(numbers: 0..<1)
        try await PluginBench.run(accounts: setup) { bench in
            try await bench.untilConnected()
            try await bench.logIn { browser in
                let added = try await add(browser)
                let revision = try #require(added["numbers"]?.elements?.first?["rev"], "\(added)")
                _ = try await browser.ask("UpdateNumber", ["id": "500", "rev": revision, "tags": ["vip"]])
                // Without a new one the app secret that is stored proves who calls.
                #expect(setup.requests.withLock { $0.first?.appSecret } == Secret(bench.lab.configuration.appSecret))
                let second = try await add(browser, token: "another-token-of-it-9876")["numbers"]?.elements?.first
                #expect(second?["tags"] == ["vip"])
                let accounts = try await browser.ask("GetInfo")["accounts"]?.elements ?? []
                #expect(accounts.first { $0["waba"] == "900" }?["tokenTail"] == "9876")
            }
        }
    }

    @Test("The twenty-first number is refused, and nothing of its account is stored")
    func limit() async throws {
        try await PluginBench.run(accounts: ScriptedSetup(numbers: 0..<20)) { bench in
            try await bench.logIn { browser in
                let answer = try await add(browser)
                #expect(answer["error"] == "LIMIT")
                #expect(try await browser.ask("GetNumbers")["numbers"]?.elements?.count == 1)
                #expect(try await browser.ask("GetInfo")["accounts"]?.elements?.count == 1)
                _ = try await browser.ask("DeleteNumber", ["id": .string(bench.numberID)])
                #expect(try await add(browser)["numbers"]?.elements?.count == 20)
            }
        }
    }

    @Test("Two administrators who add the same account at the same time get the same numbers, each once")
    func race() async throws {
        try await PluginBench.run(accounts: ScriptedSetup(numbers: 0..<5)) { bench in
            try await bench.logIn { one in
                try await bench.logIn { two in
                    async let first = add(one)
                    async let second = add(two)
                    let answers = try await [first, second]
                    #expect(answers.allSatisfy { $0["numbers"]?.elements?.count == 5 })
                    #expect(try await one.ask("GetNumbers")["numbers"]?.elements?.count == 6)
                }
            }
        }
    }

    static let failures: [(AccountSetupFailure, code: String, field: String?)] = [
        (.token("Meta does not know this token."), "BAD_REQUEST", "token"),
        (.missingScope(["whatsapp_business_messaging"]), "BAD_REQUEST", "token"),
        (.account("There is no such account."), "NOT_FOUND", "waba"),
        (.number(PhoneNumberID(rawValue: "5"), "is not of this account."), "BAD_REQUEST", "phoneIds"),
        (.invalidPIN("This is not the number's PIN."), "INVALID_PIN", "pin"),
        (.meta("Meta does not answer.", retryable: true), "META_ERROR", nil),
    ]

    @Test("What Meta refuses is said with the field that it is about, and nothing is stored", arguments: failures.indices)
    func refused(index: Int) async throws {
        let (failure, code, field) = Self.failures[index]
        try await PluginBench.run(accounts: ScriptedSetup(.failure(failure))) { bench in
            try await bench.logIn { browser in
                let answer = try await add(browser)
                #expect(answer["error"]?.text == code)
                #expect(answer["field"]?.text == field)
                #expect(answer["errorText"]?.text?.isEmpty == false)
                #expect(try await browser.ask("GetInfo")["accounts"]?.elements?.count == 1)
            }
        }
    }

    @Test("Bad values never get as far as Meta")
    func bad() async throws {
        let setup = ScriptedSetup(numbers: 0..<1)
        try await PluginBench.run(accounts: setup) { bench in
            try await bench.logIn { browser in
                let many = JSON.array((0..<21).map { .string("\(700 + $0)") })
                let cases: [(KeyValuePairs<String, JSON>, String, String?)] = [
                    (["pin": try browser.sealed("12345")], "INVALID_PIN", "pin"), (["pin": try browser.sealed("12 456")], "INVALID_PIN", "pin"),
                    (["pin": "123456"], "BAD_REQUEST", "pin"), (["waba": "abc"], "BAD_REQUEST", "waba"), (["token": "clear"], "BAD_REQUEST", "token"),
                    (["token": ["value": .string(String(repeating: "0", count: 256)), "key": "x"]], "BAD_REQUEST", "token"),
                    (["phoneIds": ["a"]], "BAD_REQUEST", "phoneIds"),
                    (["token": try browser.sealed("two words")], "BAD_REQUEST", "token"), (["phoneIds": many], "LIMIT", nil),
                ]
                for (members, code, field) in cases {
                    let answer = try await add(browser, members)
                    #expect(answer["error"]?.text == code, "\(members)")
                    #expect(answer["field"]?.text == field, "\(members)")
                }
                #expect(setup.requests.withLock { $0.isEmpty })
            }
        }
    }
}
