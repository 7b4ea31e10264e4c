import Foundation

/// Looks for secrets in whatever a process leaves behind, in every form in which they may have got there.
struct SecretScan {
    /// A secret in one form.
    struct Needle: Hashable {
        var secret: String
        var form: String
        var bytes: [UInt8]
        /// Whether it counts only where no digit stands beside it: a few digits are found in any number.
        var standsAlone = false
    }

    let needles: [Needle]

    /// - Parameter secrets: By what they are called.
    init(_ secrets: [String: String]) {
        needles = secrets.sorted { $0.key < $1.key }.flatMap { Self.needles(of: $0.value, called: $0.key) }
    }

    /// What is found in some bytes: each needle once, with where it is.
    func findings(in data: Data, of place: String) -> [String] {
        needles.compactMap { needle in
            Self.offset(of: needle, in: data).map { "\(needle.secret) as \(needle.form) in \(place), at byte \($0)" }
        }
    }

    /// What is found in the files below a folder, and how many bytes those have.
    func findings(below folder: String) throws -> (found: [String], bytes: Int) {
        var found: [String] = []
        var bytes = 0
        for path in try FileManager.default.subpathsOfDirectory(atPath: folder).sorted() {
            let place = URL(fileURLWithPath: folder).appendingPathComponent(path)
            guard try place.resourceValues(forKeys: [.isRegularFileKey]).isRegularFile == true else { continue }
            let data = try Data(contentsOf: place)
            bytes += data.count
            found += findings(in: data + Data(path.utf8), of: path)
        }
        return (found, bytes)
    }

    private static func offset(of needle: Needle, in data: Data) -> Int? {
        var start = data.startIndex
        while let range = data.range(of: Data(needle.bytes), in: start..<data.endIndex) {
            let before = range.lowerBound > data.startIndex ? data[range.lowerBound - 1] : 0
            let after = range.upperBound < data.endIndex ? data[range.upperBound] : 0
            if !needle.standsAlone || !(isDigit(before) || isDigit(after)) { return range.lowerBound - data.startIndex }
            start = range.lowerBound + 1
        }
        return nil
    }

    private static func isDigit(_ byte: UInt8) -> Bool { (0x30...0x39).contains(byte) }

    // MARK: Forms

    static func needles(of secret: String, called name: String) -> [Needle] {
        let bytes = Array(secret.utf8)
        var forms: [(String, [UInt8])] = [("itself", bytes)]
        for padding in 0..<3 {
            let text = base64(bytes, after: padding)
            forms.append(("Base64, shifted by \(padding)", Array(text.utf8)))
            forms.append(("Base64 for URLs, shifted by \(padding)", Array(text.replacing("+", with: "-").replacing("/", with: "_").utf8)))
        }
        for (form, format) in [("", "%02x"), ("capital ", "%02X")] {
            let pairs = bytes.map { String(format: format, $0) }
            forms.append(("\(form)hexadecimal", Array(pairs.joined().utf8)))
            forms.append(("\(form)hexadecimal with spaces", Array(pairs.joined(separator: " ").utf8)))
            forms.append(("\(form)percent-encoded", Array(percentEncoded(bytes, format).utf8)))
        }
        let json = escaped(secret, slash: "/", isASCII: false)
        forms.append(("JSON", Array(json.utf8)))
        forms.append(("JSON with escaped slashes", Array(escaped(secret, slash: "\\/", isASCII: false).utf8)))
        forms.append(("JSON in ASCII", Array(escaped(secret, slash: "/", isASCII: true).utf8)))
        forms.append(("JSON in JSON", Array(escaped(json, slash: "/", isASCII: false).utf8)))
        forms.append(("UTF-16", secret.utf16.flatMap { [UInt8($0 & 0xFF), UInt8($0 >> 8)] }))
        var seen: Set<[UInt8]> = []
        let isNumber = bytes.allSatisfy(isDigit)
        return forms.filter { seen.insert($0.1).inserted }.map { form, needle in
            Needle(secret: name, form: form, bytes: needle, standsAlone: isNumber && needle == bytes)
        }
    }

    /// The digits that the bytes have wherever so many bytes, up to a multiple of three, stand before them.
    private static func base64(_ bytes: [UInt8], after padding: Int) -> String {
        let digits = Data(repeating: 0, count: padding) + Data(bytes)
        // The first and the last digits also hold bits of what stands beside.
        let text = digits.base64EncodedString().dropFirst([0, 2, 3][padding])
        return String(text.dropLast([0, 3, 2][digits.count % 3]))
    }

    private static func percentEncoded(_ bytes: [UInt8], _ format: String) -> String {
        bytes.map { byte in
            let character = Character(UnicodeScalar(byte))
            let isPlain = byte < 0x80 && (character.isLetter || character.isNumber || "-._~".contains(character))
            return isPlain ? String(character) : "%" + String(format: format, byte)
        }.joined()
    }

    private static func escaped(_ text: String, slash: String, isASCII: Bool) -> String {
        text.unicodeScalars.map { scalar in
            switch scalar {
            case "\"": "\\\""
            case "\\": "\\\\"
            case "/": slash
            case _ where isASCII && scalar.value > 0x7E:
                String(scalar).utf16.map { String(format: "\\u%04x", $0) }.joined()
            default: String(scalar)
            }
        }.joined()
    }
}
