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
        #/(?:isValidAuthenticationCode\()|(?:(?:\b(?:digest|received|expected|revealed|revealedBytes|sha256|authenticationCode|mac|hmac)\b|SHA256\.hash\([^=;{}]*\)|hash\(of:[^=;{}]*\))\s*(?:==|!=)\s)|(?:(?:==|!=)\s[\w.]*\b(?:digest|received|revealed|revealedBytes|sha256|authenticationCode|mac|hmac)\b)/#
            .wordBoundaryKind(.simple)
    }

    @Test("Digests and secrets are compared where the crypto library does it, and nowhere else")
    func comparisons() throws {
        var (unknown, seen): ([String], Set<String>) = ([], [])
        for file in try Repository.swiftFiles() where file.hasPrefix("Sources/") && !file.hasPrefix("Sources/Lab/") {
            let text = Self.inOneLine(try String(contentsOf: Repository.root.appendingPathComponent(file), encoding: .utf8))
            let name = "\(file.dropFirst("Sources/".count)): "
            let allowed = Self.known.filter { $0.hasPrefix(name) }.map { ($0, text.ranges(of: $0.dropFirst(name.count))) }
            for match in text.matches(of: Self.comparison) {
                if let (known, _) = allowed.first(where: { $0.1.contains { $0.contains(match.range.lowerBound) } }) {
                    seen.insert(known)
                } else {
                    unknown.append(name + Self.surroundings(of: match.range, in: text))
                }
            }
        }
        #expect(unknown == [], "compared in some other way")
        #expect(Self.known.subtracting(seen).sorted() == [], "no longer there")
    }

    @Test(
        "A comparison is found however its lines are broken",
        arguments: [
            "if digest\n    == other { }", "guard token.revealed ==\n        other else { }", "let same = SHA256.hash(\n    data: left\n) == right",
            "HMAC<SHA256>\n    .isValidAuthenticationCode(\n        code)", "other != // why\n    secret.revealed", "received.digest != x",
        ])
    func broken(source: String) {
        #expect(Self.inOneLine(source).firstMatch(of: Self.comparison) != nil)
    }

    /// A source without its comments, with one blank wherever there is white space.
    private static func inOneLine(_ source: String) -> String {
        source.split(separator: "\n").map { line in
            // Two slashes within a text belong to an address.
            line.firstRange(of: #/(?:^|\s)\/\//#).map { line[..<$0.lowerBound] } ?? line
        }
        .joined(separator: " ").split(whereSeparator: \.isWhitespace).joined(separator: " ")
    }

    private static func surroundings(of range: Range<String.Index>, in text: String) -> Substring {
        let start = text.index(range.lowerBound, offsetBy: -80, limitedBy: text.startIndex) ?? text.startIndex
        let end = text.index(range.upperBound, offsetBy: 80, limitedBy: text.endIndex) ?? text.endIndex
        return text[start..<end]
    }
}
