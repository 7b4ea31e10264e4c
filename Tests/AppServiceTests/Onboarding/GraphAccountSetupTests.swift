import AppService
import Bridge
import Lab
import Protocol
import Synchronization
import Testing
import Transport

/// An account is prepared at the lab's Meta.
@Suite struct GraphAccountSetupTests {
    @Test("All numbers of an account are found and registered, and its messages come to us from then on")
    func wholeAccount() async throws {
        try await SetupBench.run { bench in
            let account = try await bench.prepare()
            #expect(
                account
                    == DiscoveredAccount(
                        name: "Lab",
                        numbers: [
                            DiscoveredNumber(
                                id: SetupBench.first, display: "+493055500001", verifiedName: "Example 1", quality: "UNKNOWN", isRegistered: true),
                            DiscoveredNumber(
                                id: SetupBench.second, display: "+493055500002", verifiedName: "Example 2", quality: "UNKNOWN", isRegistered: true),
                        ]))
            #expect(bench.lab.meta.numbers.map(\.registration.pin) == ["123456", "123456"])
            #expect(bench.lab.meta.isSubscribed)
            #expect(bench.lab.meta.accountCallbackURL == bench.callback.url)
            try bench.lab.meta.send(.text("Hello"), from: "ada")
            try await bench.lab.meta.wait(until: "the message came") { $0.webhookCounts.answered == 1 }
            #expect(bench.notifications.withLock { $0 } == 1)
        }
    }

    @Test("Doing it again changes nothing and registers nothing again, and never takes the override back")
    func again() async throws {
        try await SetupBench.run { bench in
            let first = try await bench.prepare()
            let count = bench.calls.count
            let second = try await bench.prepare(pin: "654321")
            #expect(second.numbers.map(\.id) == first.numbers.map(\.id) && second.numbers.allSatisfy { $0.isRegistered && $0.problem == nil })
            #expect(bench.calls.dropFirst(count) == ["GET debug_token", "GET 102030405060708", "GET phone_numbers", "POST subscribed_apps"])
            #expect(bench.lab.meta.numbers.map(\.registration.pin) == ["123456", "123456"])
            #expect(bench.lab.meta.accountCallbackURL == bench.callback.url)
        }
    }

    @Test("Only the numbers that were asked for are touched")
    func someNumbers() async throws {
        try await SetupBench.run { bench in
            let account = try await bench.prepare(numbers: [SetupBench.second])
            #expect(account.numbers.map(\.id) == [SetupBench.second])
            #expect(bench.lab.meta.numbers.map(\.registration.isRegistered) == [false, true])
        }
    }

    @Test("Without a PIN numbers stay as they are, and that is no failure")
    func withoutPIN() async throws {
        try await SetupBench.run { bench in
            let account = try await bench.prepare(pin: nil)
            #expect(account.numbers.allSatisfy { !$0.isRegistered && $0.problem == nil })
            #expect(!bench.calls.contains("POST register"))
            #expect(bench.lab.meta.isSubscribed)
        }
    }

    @Test("A number that is in use in the WhatsApp Business app is never registered")
    func coexistence() async throws {
        let configuration = SetupBench.configuration { $0.numbers[0].registration = Self.businessApp }
        try await SetupBench.run(configuration) { bench in
            let account = try await bench.prepare(numbers: [SetupBench.first])
            #expect(account.numbers.map(\.isRegistered) == [true])
            #expect(!bench.calls.contains("POST register"))
        }
    }

    private static var businessApp: MetaRegistration {
        var registration = MetaRegistration()
        registration.isOnBusinessApp = true
        return registration
    }

    @Test("Where Meta does not know of the WhatsApp Business app, numbers are read without that")
    func olderVersion() async throws {
        let configuration = SetupBench.configuration { $0.metaOptions.tellsBusinessApp = false }
        try await SetupBench.run(configuration) { bench in
            let account = try await bench.prepare()
            #expect(account.numbers.map(\.isRegistered) == [true, true])
        }
    }

    @Test("Numbers of several pages are all found, and the address of the next page never gets the token")
    func pages() async throws {
        let configuration = SetupBench.configuration { configuration in
            configuration.numbers = (0..<120).map {
                MetaNumber(id: "1\($0)", displayNumber: "4930\($0)", verifiedName: "N\($0)", countryCode: "49")
            }
        }
        try await SetupBench.run(configuration) { bench in
            let account = try await bench.prepare()
            #expect(account.numbers.map(\.id.rawValue) == (0..<120).map { "1\($0)" })
            #expect(bench.calls.count { $0 == "GET phone_numbers" } == 3)
        }
    }

    @Test("A number whose PIN is refused does not keep the others from being registered")
    func oneWrongPIN() async throws {
        let configuration = SetupBench.configuration { $0.numbers[0].registration = .unregistered(pin: "999999") }
        try await SetupBench.run(configuration) { bench in
            let account = try await bench.prepare()
            #expect(account.numbers.map(\.isRegistered) == [false, true])
            #expect(account.numbers[0].problem?.hasPrefix("The PIN is not the one of this number's two-step verification.") == true)
            #expect(account.numbers[1].problem == nil)
        }
    }

    @Test("If no number takes the PIN, it is the PIN that is reported")
    func wrongPIN() async throws {
        let configuration = SetupBench.configuration { configuration in
            for index in 0..<2 { configuration.numbers[index].registration = .unregistered(pin: "999999") }
        }
        try await SetupBench.run(configuration) { bench in
            #expect(await bench.failure()?.kind == "invalidPIN")
            let account = try await bench.prepare(pin: "999999")
            #expect(account.numbers.map(\.isRegistered) == [true, true])
        }
    }

    @Test("A registration whose answer is lost is looked for, and counts if it was done")
    func lostAnswer() async throws {
        try await SetupBench.run { bench in
            bench.lab.meta.plan(MetaAccountFault(.acceptThenDrop, on: .register))
            bench.lab.meta.plan(MetaAccountFault(.page(503), on: .register))
            let account = try await bench.prepare()
            #expect(account.numbers.map(\.isRegistered) == [true, false])
            #expect(account.numbers[1].problem?.hasPrefix("It is not known whether the number is registered") == true)
        }
    }

    @Test("Two numbers' states are read, as they are now")
    func states() async throws {
        try await SetupBench.run { bench in
            bench.lab.meta.numbers[1].registration = MetaRegistration()
            bench.lab.meta.numbers[1].registration.quality = "RED"
            let credentials = GraphCredentials(accessToken: Secret("LAB-ACCESS-TOKEN"))
            guard case .accepted(let numbers) = await bench.graph.phoneNumbers(of: SetupBench.account, with: credentials).outcome else {
                Issue.record("not accepted")
                return
            }
            #expect(numbers.map(\.quality) == ["UNKNOWN", "RED"])
            #expect(numbers.map(\.status) == ["PENDING", "CONNECTED"])
        }
    }
}
