import AppService
import AsyncHTTPClient
import Bridge
import Crypto
import FoundationEssentials
import Lab
import Logging
import NIOCore
import NIOHTTP1
import Protocol
import Synchronization
import Testing
import Transport

/// Keeps every line of the process's log.
private final class LogLines: Sendable {
    let lines = Mutex<[String]>([])

    var logger: Logger { Logger(label: "test") { _ in Handler(lines: self) } }

    struct Handler: LogHandler {
        let lines: LogLines
        var metadata: Logger.Metadata = [:]
        var logLevel: Logger.Level {
            get { .trace }
            set {}
        }
        subscript(metadataKey key: String) -> Logger.Metadata.Value? {
            get { metadata[key] }
            set { metadata[key] = newValue }
        }
        func log(event: LogEvent) {
            lines.lines.withLock { $0.append("\(event.message) \(event.metadata ?? [:]) \(self.metadata)") }
        }
    }
}

@Suite("Accounts that a shared service joins", .timeLimit(.minutes(2))) struct OnboardingTests {
    private static let account = OnboardingBench.account
    private static let numbers = OnboardingBench.numbers

    @Test("A whole account is joined and relayed: its numbers appear, each as ready as it can be, and what the service signs is taken")
    func relay() async throws {
        try await OnboardingBench.run { onboarding in
            let (bench, peer) = (onboarding.bench, onboarding.peer)
            try await bench.logIn { browser in
                let started = try await onboarding.start(browser)
                let id = try #require(started["id"]?.text)
                #expect(started["url"]?.text == peer.base + "/page#secret")
                #expect((started["expires"]?.int64 ?? 0) > bench.lab.clock.now())
                let start = try #require(peer.state.withLock { $0.starts.first })
                #expect(start.instance == bench.instance && start.callback == "\(bench.service)/\(bench.instance)" && start.kind == .full)
                peer.ready(try await onboarding.handover())
                let done = try await onboarding.ending(browser)
                #expect(done["id"]?.text == id)
                #expect(done["step"] == "done" && done["done"] == 3)
                // One has another PIN, one is not verified: both are here, with why they are not ready.
                #expect(done["problems"]?.elements?.compactMap { $0["id"]?.text } == Array(Self.numbers.dropFirst()))
                let steps = browser.pushes.filter { $0["mt"] == "OnboardingInfo" && $0["src"] == "onb" }.compactMap { $0["step"]?.text }
                #expect(steps == ["waiting", "token", "numbers", "subscribed"] + Array(repeating: "registering", count: 4))
                let numbers = try await browser.ask("GetNumbers")["numbers"]?.elements?.filter { $0["waba"]?.text == Self.account } ?? []
                #expect(numbers.compactMap { $0["id"]?.text } == Self.numbers)
                #expect(numbers.first?["name"] == "Example Trading")
                #expect(bench.lab.meta.isSignupAppSubscribed(to: Self.account))
                #expect(peer.state.withLock { $0.step } == .acknowledged)

                let info = try await browser.ask("GetInfo")
                #expect(info["sharedService"] == true && info["onboarding"]?["step"] == "done" && info["onboarding"]?["url"] == nil)
                #expect(info["webhook"]?["verifiableSender"] == true)

                let body = OnboardingBench.message(wamid: "wamid.relayed")
                let now = bench.lab.clock.now() / 1_000
                let key = SharedServicePeer.relayKey
                #expect(try await onboarding.post(body, signedBy: key) == 200)
                #expect(try await onboarding.post(body, signedBy: key) == 200)
                #expect(try await onboarding.post(body, signedBy: key, at: now - 301) == 401)
                #expect(try await onboarding.post(body, signedBy: key, keyID: "relay-2") == 401)
                #expect(try await onboarding.post(body, signedBy: .init(size: .bits256)) == 401)
                #expect(try await onboarding.post(body) == 401)
            }
        }
    }

    @Test("Directly joined numbers have addresses of their own, which take what is theirs and nothing else")
    func direct() async throws {
        let configuration: @Sendable (inout LabConfiguration) -> Void = { $0.joinableAccounts[0].numbers.removeLast(2) }
        try await OnboardingBench.run(mode: .direct, isEmpty: true, configuration) { onboarding in
            let (bench, peer) = (onboarding.bench, onboarding.peer)
            bench.lab.meta.signupCallbackURL = "\(peer.base)/webhook"
            try await bench.logIn { browser in
                _ = try await onboarding.start(browser)
                #expect(peer.state.withLock { $0.starts.first?.mode } == .direct)
                peer.ready(try await onboarding.handover(mode: .direct))
                #expect(try await onboarding.ending(browser)["step"] == "done")
                let address = try #require(bench.lab.meta.signupOverride(ofNumber: Self.numbers[0]))
                #expect(bench.lab.meta.signupOverride(ofAccount: Self.account) == nil)
                let root = "\(bench.service)/\(bench.instance)/"
                let path = String(try #require(address.hasPrefix(root + "webhook/") ? address.dropFirst(root.count) : nil))
                #expect(path.utf8.count == "webhook/".utf8.count + 22)
                let ours = OnboardingBench.message(wamid: "wamid.direct")
                #expect(try await onboarding.post(ours, to: path) == 200)
                #expect(try await onboarding.post(OnboardingBench.message(wamid: "wamid.x", account: "1"), to: path) == 403)
                #expect(try await onboarding.post(OnboardingBench.message(wamid: "wamid.y", number: "1"), to: path) == 403)
                #expect(try await onboarding.post(ours.replacing("messages\",\"value", with: "account_update\",\"value"), to: path) == 403)
                #expect(try await onboarding.post("not JSON", to: path) == 403)
                #expect(try await onboarding.post(ours, to: "webhook/AAAAAAAAAAAAAAAAAAAAAA") == 404)
                #expect(try await onboarding.post(ours) == 401)
                let info = try await browser.ask("GetInfo")
                #expect(info["webhook"]?["verifiableSender"] == false)
                #expect(info["problems"]?.elements?.contains { $0["code"] == "no-app-secret" } == false)
            }
        }
    }

    @Test("A number whose display name is in review is joined like any other")
    func inReview() async throws {
        let configuration: @Sendable (inout LabConfiguration) -> Void = {
            $0.joinableAccounts[0].numbers[0].registration.nameStatus = "PENDING_REVIEW"
        }
        try await OnboardingBench.run(isEmpty: true, configuration) { onboarding in
            try await onboarding.bench.logIn { browser in
                _ = try await onboarding.start(browser)
                onboarding.peer.ready(try await onboarding.handover(numbers: [Self.numbers[0]]))
                let done = try await onboarding.ending(browser)
                #expect(done["step"] == "done" && done["problems"]?.elements?.isEmpty ?? true)
                let number = try await browser.ask("GetNumbers")["numbers"]?.elements?.first
                #expect(number?["id"]?.text == Self.numbers[0] && number?["state"] != "not-registered")
            }
        }
    }

    @Test("A number is added to an account, and what was there stays as it is")
    func further() async throws {
        try await OnboardingBench.run(isEmpty: true) { onboarding in
            let (bench, peer) = (onboarding.bench, onboarding.peer)
            try await bench.logIn { browser in
                #expect(try await onboarding.start(browser, kind: "number")["error"] == "BAD_REQUEST")
                _ = try await onboarding.start(browser)
                peer.ready(try await onboarding.handover(numbers: [Self.numbers[0]]))
                #expect(try await onboarding.ending(browser)["done"] == 1)
                let first = try await browser.ask("GetNumbers")["numbers"]?.elements?.first
                _ = try await browser.ask("UpdateNumber", ["id": .string(Self.numbers[0]), "rev": try #require(first?["rev"]), "tags": ["vip"]])
                _ = try await onboarding.start(browser, kind: "number")
                #expect(peer.state.withLock { $0.starts.last?.account } == Self.account)
                let newKey = Base64URL.text((0..<32).map { UInt8($0) })
                peer.ready(try await onboarding.handover(binding: "binding-2") { $0.relay = .init(keyID: "relay-9", key: newKey) })
                #expect(try await onboarding.ending(browser)["done"] == 2)
                let numbers = try await browser.ask("GetNumbers")["numbers"]?.elements ?? []
                #expect(numbers.count == 3 && numbers.first?["tags"] == ["vip"])
                // The key before counts for a day.
                let body = OnboardingBench.message(wamid: "wamid.overlap")
                #expect(try await onboarding.post(body, signedBy: SharedServicePeer.relayKey) == 200)
                bench.lab.clock.advance(by: .seconds(24 * 3_600 + 1))
                #expect(try await onboarding.post(body, signedBy: SharedServicePeer.relayKey) == 401)
                #expect(try await onboarding.post(body, signedBy: .init(data: (0..<32).map { UInt8($0) }), keyID: "relay-9") == 200)
            }
        }
    }

    @Test("One at a time; other tabs learn of it; it can be cancelled, and then nothing is left")
    func busyAndCancelled() async throws {
        try await OnboardingBench.run(isEmpty: true) { onboarding in
            let (bench, peer) = (onboarding.bench, onboarding.peer)
            try await bench.logIn { one in
                try await bench.logIn { two in
                    let id = try #require(try await onboarding.start(one)["id"])
                    #expect(try await onboarding.start(two)["error"] == "ONBOARDING_BUSY")
                    let seen = try await two.ask("GetInfo")["onboarding"]
                    #expect(seen?["id"] == id && seen?["step"] == "waiting" && seen?["url"] != nil)
                    #expect(try await two.ask("CancelOnboarding", ["id": "another"])["error"] == "ONBOARDING_EXPIRED")
                    #expect(try await two.ask("CancelOnboarding", ["id": id])["error"] == nil)
                    #expect(try await one.push("OnboardingInfo") { $0["step"] == "cancelled" }["id"] == id)
                    try await peer.until { $0.calls.contains("cancel") }
                    #expect(try await one.ask("CancelOnboarding", ["id": id])["error"] == "ONBOARDING_EXPIRED")
                    #expect(try await one.ask("GetNumbers")["numbers"] == [])
                    #expect(try await one.ask("GetInfo")["accounts"] == [])
                    // There is room for the next one.
                    #expect(try await onboarding.start(two)["error"] == nil)
                }
            }
        }
    }

    @Test("What takes too long ends by itself")
    func expired() async throws {
        try await OnboardingBench.run(isEmpty: true) { onboarding in
            try await onboarding.bench.logIn { browser in
                _ = try await onboarding.start(browser)
                onboarding.bench.lab.clock.advance(by: .seconds(Pairing.lifetime + 1))
                let failed = try await browser.push("OnboardingInfo") { $0["step"] == "failed" }
                #expect(failed["error"] == "ONBOARDING_EXPIRED" && failed["errorText"]?.text?.isEmpty == false)
                #expect(try await browser.ask("GetInfo")["accounts"] == [])
            }
        }
    }

    @Test("A browser that comes back brings it forward, and sees a page that does nothing; an unknown one sees nothing")
    func returned() async throws {
        try await OnboardingBench.run(isEmpty: true) { onboarding in
            let (bench, peer) = (onboarding.bench, onboarding.peer)
            @Sendable func get(_ url: String) async throws -> HTTPClientResponse {
                try await HTTPClient.shared.execute(HTTPClientRequest(url: url), timeout: .seconds(10))
            }
            try await bench.logIn { browser in
                #expect(try await get("\(bench.service)/\(bench.instance)/onboarding/AAAA?code=x").status == .notFound)
                _ = try await onboarding.start(browser)
                peer.ready(try await onboarding.handover(numbers: [Self.numbers[0]]))
                let address = try #require(peer.state.withLock { $0.starts.first?.returnAddress })
                let response = try await get(address + "?code=once")
                #expect(response.status == .ok && response.headers.first(name: "Cache-Control") == "no-store")
                #expect(response.headers.first(name: "Referrer-Policy") == "no-referrer")
                #expect(response.headers.first(name: "Content-Security-Policy")?.hasPrefix("default-src 'none'") == true)
                let page = String(buffer: try await response.body.collect(upTo: 10_000))
                #expect(page.contains("close this tab") && !page.contains("once"))
                // Without the clock having been moved.
                #expect(try await browser.push("OnboardingInfo") { $0["step"] == "done" }["done"] == 1)
                #expect(peer.state.withLock { $0.codes.first } == "once")
            }
        }
    }

    struct Trouble: Sendable, CustomTestStringConvertible {
        var testDescription: String
        var code: String
        var words: String
        var mode = Pairing.Mode.relay
        var arrange: @Sendable (OnboardingBench) async throws -> Void
    }

    static let troubles = [
        Trouble(testDescription: "Meta's dialog was closed", code: "BAD_REQUEST", words: "was closed") { onboarding in
            onboarding.peer.change { state in
                state.step = .failed
                state.refusal = Pairing.Refusal(.signupEnded, "The dialog was closed.")
            }
        },
        Trouble(testDescription: "sealed for another pairing", code: "BAD_REQUEST", words: "was not made for this set-up") { onboarding in
            onboarding.peer.change { $0.sealsForAnother = true }
            onboarding.peer.ready(try await onboarding.handover())
        },
        Trouble(testDescription: "an answer that is none", code: "BAD_REQUEST", words: "no answer") { onboarding in
            onboarding.peer.change { $0.faults["collect"] = [.text(.ok, "<html>")] }
            onboarding.peer.ready(try await onboarding.handover())
        },
        Trouble(testDescription: "the other mode", code: "BAD_REQUEST", words: "sharedServiceMode") { onboarding in
            onboarding.peer.ready(try await onboarding.handover(mode: .direct))
        },
        Trouble(testDescription: "a token that is dead already", code: "META_ERROR", words: "of no use") { onboarding in
            onboarding.peer.ready(try await onboarding.handover { $0.accessToken = "EAA-dead" })
        },
        Trouble(testDescription: "a key that is none", code: "BAD_REQUEST", words: "no answer") { onboarding in
            onboarding.peer.ready(try await onboarding.handover { $0.relay.key = "AAAA" })
        },
        Trouble(testDescription: "Meta fails while it is asked for the numbers", code: "META_ERROR", words: "Meta") { onboarding in
            onboarding.bench.lab.meta.plan(MetaAccountFault(.page(500), on: .numbers))
            onboarding.peer.ready(try await onboarding.handover())
        },
        Trouble(
            testDescription: "Meta cannot reach a number's own address", code: "META_ERROR", words: "Meta could not reach", mode: .direct
        ) { onboarding in
            onboarding.bench.lab.meta.plan(MetaAccountFault(.error(MetaError(code: 2_200)), on: .override, skipping: 1))
            onboarding.peer.ready(try await onboarding.handover(mode: .direct))
        },
        Trouble(testDescription: "the service does not know it any more at the end", code: "ONBOARDING_EXPIRED", words: "any more") { onboarding in
            let refusal = try SharedServicePeer.json(.notFound, Pairing.Refusal(.notFound, "Gone."))
            onboarding.peer.change { $0.faults["acknowledge"] = [refusal] }
            onboarding.peer.ready(try await onboarding.handover())
        },
    ]

    @Test("What goes wrong is said in a sentence, nothing is stored, and the service takes back what it did", arguments: troubles)
    func failed(trouble: Trouble) async throws {
        try await OnboardingBench.run(mode: trouble.mode, isEmpty: true) { onboarding in
            onboarding.bench.lab.meta.signupCallbackURL = "\(onboarding.peer.base)/webhook"
            try await onboarding.bench.logIn { browser in
                _ = try await onboarding.start(browser)
                try await trouble.arrange(onboarding)
                let failed = try await onboarding.ending(browser)
                #expect(failed["step"] == "failed" && failed["error"]?.text == trouble.code)
                #expect(failed["errorText"]?.text?.contains(trouble.words) == true, "\(failed["errorText"]?.text ?? "")")
                #expect(try await browser.ask("GetNumbers")["numbers"] == [])
                #expect(try await browser.ask("GetInfo")["accounts"] == [])
                try await onboarding.peer.until { $0.calls.contains("cancel") }
                #expect(Self.numbers.allSatisfy { onboarding.bench.lab.meta.signupOverride(ofNumber: $0) == nil })
                #expect(try await onboarding.post(OnboardingBench.message(wamid: "w"), signedBy: SharedServicePeer.relayKey) == 403)
            }
        }
    }

    @Test("A service that is away for a while is asked again, until the account is there")
    func away() async throws {
        try await OnboardingBench.run(isEmpty: true) { onboarding in
            try await onboarding.bench.logIn { browser in
                _ = try await onboarding.start(browser)
                onboarding.peer.change { state in
                    for word in ["status", "collect", "acknowledge"] {
                        state.faults[word] = [.text(.badGateway, "<html>"), .text(.serviceUnavailable, "")]
                    }
                }
                onboarding.peer.ready(try await onboarding.handover(numbers: [Self.numbers[0]]))
                #expect(try await onboarding.ending(browser)["step"] == "done")
                #expect(onboarding.peer.state.withLock { $0.calls.count { $0 == "collect" } } == 3)
            }
        }
    }

    @Test("A service that does not want us says why at the start, and a PIN that is none never gets there")
    func start() async throws {
        try await OnboardingBench.run(isEmpty: true) { onboarding in
            try await onboarding.bench.logIn { browser in
                for pin in ["12345", "1234567", "12345a"] {
                    #expect(try await onboarding.start(browser, pin: pin)["error"] == "INVALID_PIN")
                }
                #expect(onboarding.peer.state.withLock { $0.calls.isEmpty })
                let tooMany = try SharedServicePeer.json(.tooManyRequests, Pairing.Refusal(.tooMany, "Too many at once."))
                onboarding.peer.change { $0.faults["pairings"] = [tooMany, .text(.badGateway, "<html>"), .text(.ok, "[]")] }
                for words in ["Too many at once.", "cannot be reached", "no answer"] {
                    let answer = try await onboarding.start(browser)
                    #expect(answer["error"] == "BAD_REQUEST")
                    #expect(answer["errorText"]?.text?.contains(words) == true, "\(answer["errorText"]?.text ?? "")")
                }
                #expect(try await onboarding.start(browser)["error"] == nil)
            }
            try await onboarding.bench.logIn(as: .user) { browser in
                for mt in ["StartOnboarding", "CancelOnboarding"] {
                    let answer = try await browser.ask(mt)
                    #expect(answer["error"] == "ACCESS_DENIED")
                }
            }
        }
    }

    @Test("With its last number an account ends at the service too, be it away at first; its token is destroyed")
    func ended() async throws {
        try await OnboardingBench.run(isEmpty: true) { onboarding in
            let (bench, peer) = (onboarding.bench, onboarding.peer)
            try await bench.logIn { browser in
                _ = try await onboarding.start(browser)
                peer.ready(try await onboarding.handover(numbers: [Self.numbers[0]]))
                #expect(try await onboarding.ending(browser)["step"] == "done")
                peer.change { $0.faults["end"] = Array(repeating: .text(.badGateway, ""), count: 5) }
                _ = try await browser.ask("SubscribeInfo")
                _ = try await browser.ask("DeleteNumber", ["id": .string(Self.numbers[0])])
                try await peer.until { $0.calls.contains("end") }
                #expect(try await browser.push("StateInfo") { $0["accounts"] == [] }["accounts"] == [])
                let patience = Task {
                    while !Task.isCancelled {
                        bench.lab.clock.advance(by: .seconds(10))
                        try await Task.sleep(for: .milliseconds(50))
                    }
                }
                try await peer.until { $0.ended == ["binding-1": SharedServicePeer.relayKeyID] }
                patience.cancel()
                #expect(try await onboarding.post(OnboardingBench.message(wamid: "w"), signedBy: SharedServicePeer.relayKey) == 403)
            }
        }
    }

    @Test("What Meta tells of the account is a red line at once, and gone once the account works again")
    func lost() async throws {
        try await OnboardingBench.run(isEmpty: true) { onboarding in
            let (bench, peer) = (onboarding.bench, onboarding.peer)
            try await bench.logIn { browser in
                _ = try await onboarding.start(browser)
                peer.ready(try await onboarding.handover(numbers: [Self.numbers[0]]))
                #expect(try await onboarding.ending(browser)["step"] == "done")
                _ = try await browser.ask("SubscribeInfo")
                func update(_ event: String) -> String {
                    #"{"object":"whatsapp_business_account","entry":[{"id":"\#(Self.account)","time":1790000000,"changes":[{"field":"account_update","value":{"event":"\#(event)"}}]}]}"#
                }
                func codes(_ info: JSON) -> [String] { info["problems"]?.elements?.compactMap { $0["code"]?.text } ?? [] }
                #expect(try await onboarding.post(update("PARTNER_REMOVED"), signedBy: SharedServicePeer.relayKey) == 200)
                let info = try await browser.push("StateInfo") { codes($0).contains("account-lost") }
                #expect(!codes(info).contains("token-invalid"))
                #expect(try await browser.ask("GetNumbers")["numbers"]?.elements?.first?["state"] != "ok")
                #expect(try await onboarding.post(update("ACCOUNT_RECONNECTED"), signedBy: SharedServicePeer.relayKey) == 200)
                // An earlier push would not have it either.
                while codes(try await browser.ask("GetInfo")).contains("account-lost") { try await Task.sleep(for: .milliseconds(20)) }
                bench.lab.meta.revokeSignupTokens(of: Self.account)
                // At the latest a day later.
                bench.lab.clock.advance(by: .seconds(24 * 3_600 + 1))
                _ = try await browser.push("StateInfo") { codes($0).contains("token-invalid") }
            }
        }
    }

    @Test(
        "Token, PIN, verifier and keys are in no line of any log, in no message to a browser, and in clear in no file",
        arguments: [Pairing.Mode.relay, .direct])
    func secrets(mode: Pairing.Mode) async throws {
        let log = LogLines()
        try await OnboardingBench.run(mode: mode, isEmpty: true, logger: log.logger) { onboarding in
            let (bench, peer) = (onboarding.bench, onboarding.peer)
            bench.lab.meta.signupCallbackURL = "\(peer.base)/webhook"
            try await bench.logIn { browser in
                for flag in ["app", "httpClient", "webserver"] { _ = try? await browser.ask("SetTrace", ["name": .string(flag), "on": true]) }
                _ = try await browser.ask("SubscribeInfo")
                _ = try await onboarding.start(browser)
                let handover = try await onboarding.handover(mode: mode)
                peer.ready(handover)
                let done = try await onboarding.ending(browser)
                #expect(done["step"] == "done")
                var secrets = [handover.accessToken, handover.relay.key, OnboardingBench.pin, SharedServicePeer.key]
                secrets += [handover.appSecretProof].compactMap(\.self)
                secrets += peer.state.withLock { Array($0.verifiers) }
                let path = bench.lab.meta.signupOverride(ofNumber: Self.numbers[0]).map { String($0.split(separator: "/").last ?? "") }
                #expect((path == nil) == (mode == .relay))
                secrets += [path].compactMap(\.self)
                let recent = try await browser.ask("ReadLog")["text"]?.text ?? ""
                #expect(recent.contains("joined"))
                let pushes = (browser.pushes + [done]).map { String(decoding: $0.bytes, as: UTF8.self) }.joined(separator: "\n")
                let lines = log.lines.withLock { $0.joined(separator: "\n") }
                #expect(lines.contains("joined"))
                let folder = bench.configuration.dataDirectory
                var files: [UInt8] = []
                for name in try FileManager.default.subpathsOfDirectory(atPath: folder) {
                    files += (try? Data(contentsOf: URL(filePath: "\(folder)/\(name)"))) ?? Data()
                }
                #expect(files.count > 10_000)
                for secret in secrets {
                    #expect(!recent.contains(secret) && !pushes.contains(secret) && !lines.contains(secret))
                    // Six digits can stand anywhere by chance, in a key or a digest.
                    if secret != OnboardingBench.pin { #expect(files.firstRange(of: Array(secret.utf8)) == nil) }
                }
            }
        }
    }
}
