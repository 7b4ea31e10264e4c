import Bridge
import Foundation
import Testing

@Suite struct MediaDigestTests {
    private static let bytes: [UInt8] = (0..<32).map { UInt8(truncatingIfNeeded: $0 &* 37 &+ 251) }
    private static let base64 = Data(bytes).base64EncodedString()
    private static let hexadecimal = bytes.map { String($0 >> 4, radix: 16) + String($0 & 15, radix: 16) }.joined()

    @Test("Base64 and hexadecimal fit, in all their spellings")
    func spellings() {
        let forURLs = Self.base64.replacingOccurrences(of: "+", with: "-").replacingOccurrences(of: "/", with: "_")
        #expect(forURLs != Self.base64)
        for text in [
            Self.base64, String(Self.base64.dropLast()), forURLs, String(forURLs.dropLast()), Self.hexadecimal, Self.hexadecimal.uppercased(),
            " \(Self.base64)\n",
        ] {
            #expect(MediaDigest.matches(Self.bytes, text), "\(text)")
        }
    }

    @Test("Any other text or digest does not")
    func others() {
        var other = Self.bytes
        other[31] ^= 1
        for text in [Self.base64, Self.hexadecimal] {
            #expect(!MediaDigest.matches(other, text))
            #expect(!MediaDigest.matches(Array(Self.bytes.dropLast()), text))
            #expect(!MediaDigest.matches([], text))
            #expect(!MediaDigest.matches(Self.bytes, String(text.dropFirst())))
            #expect(!MediaDigest.matches(Self.bytes, text + "="))
            #expect(!MediaDigest.matches(Self.bytes, "!" + text.dropFirst()))
        }
        #expect(!MediaDigest.matches(Self.bytes, ""))
        #expect(!MediaDigest.matches([], ""))
        #expect(!MediaDigest.matches(Self.bytes, Self.base64.lowercased()))
        #expect(!MediaDigest.matches(Self.bytes, String(repeating: "ä", count: 64)))
        #expect(!MediaDigest.matches(Self.bytes, String(repeating: "a", count: 1_000_000)))
    }

    @Test("Bits that are left over must be zero, so that a digest has one spelling only")
    func leftOver() throws {
        let alphabet = Array("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/")
        let last = try #require(Self.base64.dropLast().last.flatMap { alphabet.firstIndex(of: $0) })
        #expect(!MediaDigest.matches(Self.bytes, Self.base64.dropLast(2) + "\(alphabet[last + 1])="))
    }
}
