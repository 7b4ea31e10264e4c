/// Walks over JSON text, byte by byte, and checks its grammar (RFC 8259).
///
/// It knows where everything stands and keeps nothing: what is built from it decides what to remember.
struct JSONScanner {
    /// Deepest nesting of arrays and objects that is followed.
    static let maximumDepth = 64

    let bytes: [UInt8]
    private(set) var index: Int
    /// Whether what is nested deeper than ``maximumDepth`` is passed without following it, instead of refused.
    private let passesDeepValues: Bool

    /// - Parameters:
    ///   - bytes: UTF-8
    ///   - index: where to start
    ///   - passesDeepValues: whether what is nested deeper than ``maximumDepth`` is passed without following it, instead of refused
    init(_ bytes: [UInt8], at index: Int = 0, passingDeepValues passesDeepValues: Bool = false) {
        self.bytes = bytes
        self.index = index
        self.passesDeepValues = passesDeepValues
    }

    /// The next byte, 0 at the end: no JSON has a zero byte outside of a text, and none inside.
    private var next: UInt8 { index < bytes.count ? bytes[index] : 0 }

    private var malformed: JSONError { .malformed(offset: index) }

    mutating func skipWhitespace() {
        while index < bytes.count, bytes[index].isJSONWhitespace { index += 1 }
    }

    /// Walks over one whole document: a value, and nothing but white space around it.
    mutating func document<Result>(_ read: (inout JSONScanner) throws(JSONError) -> Result) throws(JSONError) -> Result {
        guard String(validating: bytes, as: UTF8.self) != nil else { throw .notUTF8 }
        return try lenientDocument(read)
    }

    /// The same of bytes whose texts may hold what is no UTF-8.
    mutating func lenientDocument<Result>(_ read: (inout JSONScanner) throws(JSONError) -> Result) throws(JSONError) -> Result {
        skipWhitespace()
        let result = try read(&self)
        skipWhitespace()
        guard index == bytes.count else { throw malformed }
        return result
    }

    /// What kind of value begins here.
    enum Kind { case object, array, text, number, literal }

    var kind: Kind {
        switch next {
        case UInt8(ascii: "{"): .object
        case UInt8(ascii: "["): .array
        case UInt8(ascii: "\""): .text
        case UInt8(ascii: "-"), UInt8(ascii: "0")...UInt8(ascii: "9"): .number
        default: .literal
        }
    }

    /// Passes the value that begins here.
    ///
    /// - Parameter depth: of the arrays and objects around it
    mutating func skip(depth: Int) throws(JSONError) {
        let isTooDeep = passesDeepValues && depth >= Self.maximumDepth
        switch kind {
        case .object where isTooDeep, .array where isTooDeep: try skipBrackets()
        case .object: try object(depth: depth) { (scanner, _) throws(JSONError) in try scanner.skip(depth: depth + 1) }
        case .array: try array(depth: depth) { (scanner) throws(JSONError) in try scanner.skip(depth: depth + 1) }
        case .text: _ = try text()
        case .number: _ = try number()
        case .literal: _ = try literal()
        }
    }

    /// Passes an array or object, and only counts what opens and closes inside.
    private mutating func skipBrackets() throws(JSONError) {
        var depth = 0
        repeat {
            switch next {
            case UInt8(ascii: "\""):
                _ = try text()
                continue
            case UInt8(ascii: "["), UInt8(ascii: "{"): depth += 1
            case UInt8(ascii: "]"), UInt8(ascii: "}"): depth -= 1
            case 0: throw malformed
            default: break
            }
            index += 1
        } while depth > 0
    }

    /// Goes on at another place, which is behind this one.
    mutating func jump(to index: Int) { self.index = index }

    /// Passes an object; `member` is called at each value, with the range of the name between its quotes, and passes the value.
    mutating func object(depth: Int, _ member: (inout JSONScanner, Range<Int>) throws(JSONError) -> Void) throws(JSONError) {
        guard depth < Self.maximumDepth else { throw .tooDeep }
        try list(from: "{", to: "}") { (scanner) throws(JSONError) in
            let name = try scanner.text()
            scanner.skipWhitespace()
            try scanner.pass(":")
            scanner.skipWhitespace()
            try member(&scanner, name)
        }
    }

    /// Passes an array; `element` is called at each element and passes it.
    mutating func array(depth: Int, _ element: (inout JSONScanner) throws(JSONError) -> Void) throws(JSONError) {
        guard depth < Self.maximumDepth else { throw .tooDeep }
        try list(from: "[", to: "]", element)
    }

    private mutating func list(
        from start: Unicode.Scalar, to end: Unicode.Scalar, _ element: (inout JSONScanner) throws(JSONError) -> Void
    ) throws(JSONError) {
        try pass(start)
        skipWhitespace()
        if next == UInt8(ascii: end) {
            index += 1
            return
        }
        while true {
            skipWhitespace()
            try element(&self)
            skipWhitespace()
            if next == UInt8(ascii: end) {
                index += 1
                return
            }
            try pass(",")
        }
    }

    private mutating func pass(_ scalar: Unicode.Scalar) throws(JSONError) {
        guard next == UInt8(ascii: scalar) else { throw malformed }
        index += 1
    }

    /// Passes a text; its range is without the quotes.
    mutating func text() throws(JSONError) -> Range<Int> {
        try pass("\"")
        let start = index
        while index < bytes.count {
            switch bytes[index] {
            case UInt8(ascii: "\""):
                index += 1
                return start..<(index - 1)
            case UInt8(ascii: "\\"):
                index += 1
                switch next {
                case UInt8(ascii: "u"):
                    guard bytes.codeUnit(ofEscapeAt: index - 1) != nil else { throw malformed }
                    index += 5
                case UInt8(ascii: "\""), UInt8(ascii: "\\"), UInt8(ascii: "/"), UInt8(ascii: "b"), UInt8(ascii: "f"), UInt8(ascii: "n"),
                    UInt8(ascii: "r"), UInt8(ascii: "t"):
                    index += 1
                default:
                    throw malformed
                }
            case 0..<0x20:
                throw malformed
            default:
                index += 1
            }
        }
        throw malformed
    }

    /// Passes a number.
    mutating func number() throws(JSONError) -> Range<Int> {
        let start = index
        if next == UInt8(ascii: "-") { index += 1 }
        if next == UInt8(ascii: "0") { index += 1 } else { try digits() }
        if next == UInt8(ascii: ".") {
            index += 1
            try digits()
        }
        if next | 0x20 == UInt8(ascii: "e") {
            index += 1
            if next == UInt8(ascii: "+") || next == UInt8(ascii: "-") { index += 1 }
            try digits()
        }
        return start..<index
    }

    private mutating func digits() throws(JSONError) {
        guard next.isDigit else { throw malformed }
        while next.isDigit { index += 1 }
    }

    /// Passes `true`, `false` or `null`; the last is `nil`.
    mutating func literal() throws(JSONError) -> Bool? {
        let (word, value): (StaticString, Bool?) =
            switch next {
            case UInt8(ascii: "t"): ("true", true)
            case UInt8(ascii: "f"): ("false", false)
            default: ("null", nil)
            }
        let expected = UnsafeBufferPointer(start: word.utf8Start, count: word.utf8CodeUnitCount)
        guard bytes[index...].starts(with: expected) else { throw malformed }
        index += expected.count
        return value
    }
}

extension UInt8 {
    var isJSONWhitespace: Bool { self == 0x20 || self == 0x0A || self == 0x0D || self == 0x09 }

    var isDigit: Bool { UInt8(ascii: "0")...UInt8(ascii: "9") ~= self }

    /// The value of a hexadecimal digit in either case.
    var hexDigitValue: UInt8? {
        switch self {
        case UInt8(ascii: "0")...UInt8(ascii: "9"): self - UInt8(ascii: "0")
        case UInt8(ascii: "a")...UInt8(ascii: "f"): self - UInt8(ascii: "a") + 10
        case UInt8(ascii: "A")...UInt8(ascii: "F"): self - UInt8(ascii: "A") + 10
        default: nil
        }
    }
}
