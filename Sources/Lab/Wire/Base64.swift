/// Base64 with the usual alphabet and padding; here so that the cores need no library.
enum Base64 {
    private static let alphabet = Array("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/")

    static func encode(_ bytes: [UInt8]) -> String {
        var text = ""
        for start in stride(from: 0, to: bytes.count, by: 3) {
            let group = bytes[start..<min(start + 3, bytes.count)]
            var bits = group.reduce(0) { $0 << 8 | Int($1) } << (8 * (3 - group.count))
            var characters: [Character] = []
            for _ in 0..<4 {
                characters.append(alphabet[bits & 63])
                bits >>= 6
            }
            text += String(characters.reversed().prefix(group.count + 1)) + String(repeating: "=", count: 3 - group.count)
        }
        return text
    }
}
