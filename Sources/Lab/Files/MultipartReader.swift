import Foundation

/// Takes a multipart body apart (RFC 2046 section 5.1) while it arrives, in pieces of any size: bytes go in, events come out.
///
/// No more than the newest piece and a part's header fields are kept.
struct MultipartReader {
    enum Event: Equatable {
        /// A part begins.
        case part(Part)
        /// Bytes of the part, never none.
        case bytes([UInt8])
        /// The part ends.
        case end
    }

    /// What a part says of itself.
    struct Part: Equatable {
        /// The form field.
        var name: String
        var fileName: String?
        var contentType: String?
    }

    /// The body is no multipart body with this boundary.
    struct Malformed: Error, Equatable {}

    private enum State {
        case preamble, afterDelimiter, headers, body, epilogue
    }

    static let longestHeaders = 16_384
    private static let longestBoundary = 70
    private let delimiter: [UInt8]
    private var state = State.preamble
    /// What cannot be judged before more arrives. The line break that a first delimiter may lack is put before it.
    private var pending: [UInt8] = [13, 10]

    /// - Returns: Nil if the content type is no multipart form with a boundary.
    init?(contentType: String) {
        guard contentType.lowercased().hasPrefix("multipart/form-data"),
            let boundary = Self.parameter("boundary", in: contentType), (1...Self.longestBoundary).contains(boundary.utf8.count)
        else { return nil }
        delimiter = Array("\r\n--\(boundary)".utf8)
    }

    /// Reads the next piece.
    mutating func read(_ bytes: [UInt8]) throws(Malformed) -> [Event] {
        pending.append(contentsOf: bytes)
        var events: [Event] = []
        while try step(&events) {}
        return events
    }

    /// The body is over.
    func finish() throws(Malformed) {
        guard case .epilogue = state else { throw Malformed() }
    }

    /// Takes one step; false if it needs more bytes.
    private mutating func step(_ events: inout [Event]) throws(Malformed) -> Bool {
        switch state {
        case .preamble, .body:
            let isBody = state == .body
            if let place = place(of: delimiter) {
                if isBody, place > 0 { events.append(.bytes(Array(pending[..<place]))) }
                if isBody { events.append(.end) }
                pending.removeFirst(place + delimiter.count)
                state = .afterDelimiter
                return true
            }
            // The beginning of a delimiter may already be there.
            let safe = pending.count - delimiter.count + 1
            guard safe > 0 else { return false }
            if isBody { events.append(.bytes(Array(pending[..<safe]))) }
            pending.removeFirst(safe)
            return false
        case .afterDelimiter:
            // Blanks may stand between the boundary and the end of its line.
            while let first = pending.first, first == 32 || first == 9 { pending.removeFirst() }
            guard pending.count >= 2 else { return false }
            let isLast = pending.starts(with: [45, 45])
            guard isLast || pending.starts(with: [13, 10]) else { throw Malformed() }
            pending.removeFirst(isLast ? 2 : 0)
            state = isLast ? .epilogue : .headers
            return true
        case .headers:
            // The line break after the boundary is still there, so that a part without header fields ends at once.
            guard let place = place(of: [13, 10, 13, 10]) else {
                if pending.count > Self.longestHeaders { throw Malformed() }
                return false
            }
            guard let part = Self.part(from: pending[..<place]) else { throw Malformed() }
            pending.removeFirst(place + 4)
            events.append(.part(part))
            state = .body
            return true
        case .epilogue:
            pending = []
            return false
        }
    }

    /// Where a sequence begins in what is pending.
    private func place(of sequence: [UInt8]) -> Int? {
        pending.withUnsafeBufferPointer { bytes -> Int? in
            guard let base = bytes.baseAddress, let first = sequence.first else { return nil }
            var start = 0
            while start + sequence.count <= bytes.count {
                guard let found = memchr(base + start, Int32(first), bytes.count - sequence.count + 1 - start) else { return nil }
                let place = UnsafeRawPointer(found) - UnsafeRawPointer(base)
                if memcmp(base + place, sequence, sequence.count) == 0 { return place }
                start = place + 1
            }
            return nil
        }
    }

    // MARK: Header fields

    private static func part(from bytes: ArraySlice<UInt8>) -> Part? {
        var part: Part?
        var contentType: String?
        for line in String(decoding: bytes, as: UTF8.self).split(separator: "\r\n") {
            guard let colon = line.firstIndex(of: ":") else { return nil }
            let value = String(line[line.index(after: colon)...].drop { $0 == " " || $0 == "\t" })
            switch line[..<colon].lowercased() {
            case "content-disposition":
                guard value.lowercased().hasPrefix("form-data"), let name = parameter("name", in: value) else { return nil }
                part = Part(name: name, fileName: parameter("filename", in: value))
            case "content-type": contentType = value
            default: break
            }
        }
        part?.contentType = contentType
        return part
    }

    /// A parameter of a header field's value, quoted or not; in quotes `%22`, `%0D` and `%0A` stand for what browsers escape.
    static func parameter(_ name: String, in value: String) -> String? {
        var rest = Substring(value)
        while let semicolon = rest.firstIndex(of: ";") {
            rest = rest[rest.index(after: semicolon)...].drop { $0 == " " || $0 == "\t" }
            guard let equals = rest.firstIndex(of: "=") else { return nil }
            let isWanted = rest[..<equals].lowercased() == name
            rest = rest[rest.index(after: equals)...]
            guard rest.first == "\"" else {
                let end = rest.firstIndex(of: ";") ?? rest.endIndex
                if isWanted { return String(rest[..<end]).trimmed }
                rest = rest[end...]
                continue
            }
            rest = rest.dropFirst()
            var text = ""
            while let character = rest.popFirst(), character != "\"" {
                if character == "\\", let next = rest.first, next == "\"" || next == "\\" {
                    text.append(rest.removeFirst())
                } else {
                    text.append(character)
                }
            }
            if isWanted {
                return text.replacing("%22", with: "\"").replacing("%0D", with: "\r").replacing("%0A", with: "\n")
            }
        }
        return nil
    }
}

extension String {
    fileprivate var trimmed: String {
        var text = Substring(self)
        while let last = text.last, last == " " || last == "\t" { text.removeLast() }
        return String(text)
    }
}
