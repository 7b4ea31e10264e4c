import Bridge
import Lab
import NIOHTTP1
import Protocol
import Synchronization
import Testing
import Transport

@testable import AppService

/// How the preparation of an account fails, and what people are told.
@Suite struct AccountSetupFailureTests {
    /// Something wrong at Meta or in what was entered, and how it fails.
    struct Vector: Sendable, CustomTestStringConvertible {
        var testDescription: String
        var kind: String
        var says: String
        var request: @Sendable (SetupBench) async -> AccountSetupFailure?
    }

    static let vectors: [Vector] = [
        Vector(testDescription: "empty token", kind: "token", says: "copy it again") { await $0.failure(token: "") },
        Vector(testDescription: "token with a line break", kind: "token", says: "copy it again") { await $0.failure(token: "a\r\nb") },
        Vector(testDescription: "unknown token", kind: "token", says: "make a new one") { await $0.failure(token: "WRONG-TOKEN-1234567890") },
        Vector(testDescription: "wrong app secret", kind: "token", says: "app secret does not belong") { await $0.failure(appSecret: "wrong") },
        Vector(testDescription: "no permission at all", kind: "missingScope", says: "whatsapp_business_management and") { bench in
            bench.lab.meta.tokenScopes["LAB-ACCESS-TOKEN"] = ["email"]
            return await bench.failure()
        },
        Vector(testDescription: "one permission missing", kind: "missingScope", says: "the permission whatsapp_business_messaging.") { bench in
            bench.lab.meta.tokenScopes["LAB-ACCESS-TOKEN"] = ["whatsapp_business_management"]
            return await bench.failure()
        },
        Vector(testDescription: "permission missing, and the token cannot be checked", kind: "missingScope", says: "Make a new token") { bench in
            bench.lab.meta.plan(MetaAccountFault(.error(MetaError(code: 100)), on: .token))
            bench.lab.meta.tokenScopes["LAB-ACCESS-TOKEN"] = ["whatsapp_business_messaging"]
            return await bench.failure()
        },
        Vector(testDescription: "account not shared with the token's owner", kind: "account", says: "full control") { bench in
            bench.lab.meta.plan(MetaAccountFault(.error(MetaError(code: 200)), on: .account))
            return await bench.failure()
        },
        Vector(testDescription: "another account", kind: "account", says: "for other WhatsApp Business Accounts") {
            await $0.failure(account: "4242")
        },
        Vector(testDescription: "another account, and the token cannot be checked", kind: "account", says: "does not find") { bench in
            bench.lab.meta.plan(MetaAccountFault(.error(MetaError(code: 100)), on: .token))
            return await bench.failure(account: "4242")
        },
        Vector(testDescription: "no ID", kind: "account", says: "digits only") { await $0.failure(account: "../me") },
        Vector(testDescription: "no number", kind: "account", says: "has no phone number") { bench in
            bench.lab.meta.numbers = []
            return await bench.failure()
        },
        Vector(testDescription: "a number of another account", kind: "number", says: "does not belong") {
            await $0.failure(numbers: [SetupBench.first, PhoneNumberID(rawValue: "4711")])
        },
        Vector(testDescription: "a phone number instead of its ID", kind: "number", says: "not the phone number") {
            await $0.failure(numbers: [PhoneNumberID(rawValue: "+49 30 5550001")])
        },
        Vector(testDescription: "too many PINs", kind: "invalidPIN", says: "too often") { bench in
            bench.lab.meta.plan(MetaAccountFault(.error(MetaError(code: 133_008)), on: .register, times: 2))
            return await bench.failure()
        },
        Vector(testDescription: "token withdrawn while registering", kind: "token", says: "make a new one") { bench in
            bench.lab.meta.plan(MetaAccountFault(.error(MetaError(code: 190)), on: .register))
            return await bench.failure()
        },
        Vector(testDescription: "too many calls", kind: "meta, later", says: "in a few minutes") { bench in
            bench.lab.meta.plan(MetaAccountFault(.error(MetaError(code: 80_007)), on: .numbers))
            return await bench.failure()
        },
        Vector(testDescription: "Meta is down", kind: "meta, later", says: "in a few minutes") { bench in
            bench.lab.meta.plan(MetaAccountFault(.page(502), on: .account))
            return await bench.failure()
        },
        Vector(testDescription: "no answer", kind: "meta, later", says: "did not answer") { bench in
            bench.lab.meta.plan(MetaAccountFault(.drop, on: .token))
            return await bench.failure()
        },
        Vector(testDescription: "somebody else answers at our address", kind: "meta, later", says: "HTTP status 418") { bench in
            bench.refusal.withLock { $0 = .text(HTTPResponseStatus(statusCode: 418), "tea") }
            return await bench.failure()
        },
        Vector(
            testDescription: "nobody answers at our address", kind: "meta, later",
            says: "does not reach the webhook at http://127.0.0.1:1/webhook either"
        ) { bench in
            bench.moveWebhook(to: "http://127.0.0.1:1/webhook")
            return await bench.failure()
        },
        Vector(testDescription: "our address is too long", kind: "meta", says: "200 characters") { bench in
            bench.moveWebhook(to: "https://example.com/" + String(repeating: "x", count: 200))
            return await bench.failure()
        },
        Vector(testDescription: "refused for a reason of its own", kind: "meta", says: "code 368") { bench in
            bench.lab.meta.plan(MetaAccountFault(.error(MetaError(code: 368)), on: .subscribe))
            return await bench.failure()
        },
    ]

    @Test("What is wrong is told with what to do, and no number is registered", arguments: vectors)
    func failures(_ vector: Vector) async throws {
        try await SetupBench.run { bench in
            let failure = try #require(await vector.request(bench))
            #expect(failure.kind == vector.kind, "\(failure)")
            #expect(failure.description.contains(vector.says), "\(failure)")
            #expect(!failure.description.contains("LAB-ACCESS-TOKEN") && !failure.description.contains("123456"))
            #expect(bench.lab.meta.numbers.allSatisfy { !$0.registration.isRegistered })
        }
    }

    @Test("Meta's words stay plain text of bounded length, whatever is in them, and quote neither token nor PIN")
    func hostileWords() async throws {
        try await SetupBench.run { bench in
            let hostile = "<script>alert(1)</script>\u{202E}\r\n\u{0} LAB-ACCESS-TOKEN 123456 " + String(repeating: "x", count: 5_000)
            bench.lab.meta.plan(MetaAccountFault(.error(MetaError(code: 133_005, details: hostile)), on: .register, times: 2))
            let text = try #require(await bench.failure()).description
            #expect(text.contains("<script>alert(1)</script>"))
            #expect(text.count < 600)
            #expect(text.unicodeScalars.allSatisfy { $0.properties.generalCategory != .control && $0 != "\u{202E}" })
            #expect(!text.contains("LAB-ACCESS-TOKEN") && !text.contains("123456"))
        }
    }

    @Test(
        "Each refusal of a registration is the PIN's, the number's, or everybody's",
        arguments: [
            (133_005, "pin"), (133_008, "pin"), (133_009, "pin"), (131_031, "pin"), (133_000, "number"), (133_006, "number"), (133_015, "number"),
            (133_016, "number"), (33, "number"), (803, "number"), (4, "number"), (133_004, "number"), (999_999, "number"), (190, "account"),
            (0, "account"), (10, "account"), (200, "account"), (131_005, "account"),
        ])
    func refusals(_ code: Int, _ kind: String) {
        switch RegistrationRefusal(GraphError(code: code, details: "details")) {
        case .pin(let text): #expect(kind == "pin" && text.hasSuffix(" Meta says: “details” (code \(code))."))
        case .number(let text): #expect(kind == "number" && text.hasSuffix(" Meta says: “details” (code \(code))."))
        case .account: #expect(kind == "account")
        }
    }

    @Test(
        "A PIN is six digits, whatever spaces are around and between them",
        arguments: [("123456", true), (" 123 456\n", true), ("12345", false), ("1234567", false), ("12345x", false), ("１２３４５６", false), ("", false)])
    func pins(_ text: String, _ isPIN: Bool) {
        #expect((PIN(text) != nil) == isPIN)
        if let pin = PIN(text) { #expect(pin.secret == Secret("123456") && !"\(pin)".contains("123456")) }
    }
}
