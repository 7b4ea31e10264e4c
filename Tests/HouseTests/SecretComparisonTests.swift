import Foundation
import Testing

/// How secrets are compared is read from the sources: a stopwatch would tell nothing on a busy machine.
@Suite("Comparisons of secrets") struct SecretComparisonTests {
    /// Every comparison of digests, signatures and codes that there is. All are the crypto library's `==` of digests, or its check of
    /// an authentication code, which take the same time wherever the two differ.
    private static let known: Set<String> = [
        // Secrets of all kinds: verify tokens, manager passwords, addresses of webhooks.
        "AppService/Secrets/Secret.swift: "
            + "public static func == (left: Secret, right: Secret) -> Bool { SHA256.hash(data: left.bytes) == SHA256.hash(data: right.bytes) }",
        // Logins.
        "Protocol/AppWebsocket/LoginDigest.swift: "
            + "if hash(of: login, info: canonical, challenge: challenge, password: password) == received { return true }",
        "Protocol/AppWebsocket/LoginDigest.swift: return hash(of: login, info: raw, challenge: challenge, password: password) == received",
        // What Meta and shared services sign.
        "AppService/Graph/Webhook/WebhookSignature.swift: "
            + "HMAC<SHA256>.isValidAuthenticationCode(code, authenticating: body, using: key)",
        "Protocol/Onboarding/RelaySignature.swift: "
            + "HMAC<SHA256>.isValidAuthenticationCode(code, authenticating: Self.signed(body, time), using: key)",
        // What proves something to a shared service.
        "SharedService/Pairing/PairingRecord.swift: SHA256.hash(data: Base64URL.bytes(verifier) ?? []) == digest",
        "SharedService/Pairing/PairingRecord.swift: SHA256.hash(data: Array(left.utf8)) == SHA256.hash(data: Array(right.utf8))",
        "SharedService/Service/SharedRouter.swift: for (name, known) in digests where known == digest { found = name }",
        // Whether a file came as Meta described it: no secret.
        "AppService/Media/MediaPipeline+Fetching.swift: let fits = expected.map { $0.bytes == summary.sha256 } ?? true",
        // The password that everybody knows.
        #"PbxManagerPlugin/AppPlatform/DomainRegistry.swift: password.revealed != "-""#,
    ]

    /// A name of something that proves something, or makes a digest, beside a sign of comparison.
    private static var comparison: Regex<Substring> {
        #/(?:isValidAuthenticationCode\()|(?:(?:\b(?:digest|received|expected|revealed|revealedBytes|sha256|authenticationCode|mac|hmac)\b|SHA256\.hash\([^=]*\)|hash\(of:[^=]*\))\s*(?:==|!=)\s)|(?:(?:==|!=)\s[\w.]*\b(?:digest|received|revealed|revealedBytes|sha256|authenticationCode|mac|hmac)\b)/#
            .wordBoundaryKind(.simple)
    }

    @Test("Digests and secrets are compared where the crypto library does it, and nowhere else")
    func comparisons() throws {
        var found: Set<String> = []
        for file in try Repository.swiftFiles() where file.hasPrefix("Sources/") && !file.hasPrefix("Sources/Lab/") {
            let text = try String(contentsOf: Repository.root.appendingPathComponent(file), encoding: .utf8)
            for line in text.split(separator: "\n").map({ $0.trimmingCharacters(in: .whitespaces) }) where !line.hasPrefix("//") {
                guard line.contains("==") || line.contains("!=") || line.contains("isValidAuthenticationCode") else { continue }
                guard line.firstMatch(of: Self.comparison) != nil else { continue }
                found.insert("\(file.dropFirst("Sources/".count)): \(line)")
            }
        }
        func isKnown(_ line: String) -> Bool { Self.known.contains { Self.isSame($0, line) } }
        #expect(found.filter { !isKnown($0) }.sorted() == [], "compared in some other way")
        #expect(Self.known.filter { known in !found.contains { Self.isSame(known, $0) } }.sorted() == [], "no longer there")
    }

    /// Whether a line is in the file of a known one, and has its words.
    private static func isSame(_ known: String, _ line: String) -> Bool {
        guard let colon = known.range(of: ": ") else { return false }
        return line.hasPrefix(known[..<colon.upperBound]) && line.contains(known[colon.upperBound...])
    }
}
