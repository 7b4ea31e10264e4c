import NIOCore

/// A form of a few texts and one file, as `multipart/form-data`: what stands before the file and after it.
struct MultipartForm: Sendable {
    /// The value of the header `Content-Type`.
    let contentType: String
    /// Everything before the file's first byte.
    let prefix: ByteBuffer
    /// Everything after the file's last byte.
    let suffix: ByteBuffer

    /// `nil` if the MIME type or a text cannot stand in a header.
    ///
    /// - Parameters:
    ///   - fields: texts by their names
    ///   - fileName: the file's name
    ///   - mimeType: its MIME type, maybe with parameters
    ///   - boundary: what separates the parts; it must not be in the file, so it is made by chance
    init?(fields: KeyValuePairs<String, String>, fileName: String, mimeType: String, boundary: String = randomBoundary()) {
        let isPlain = { (text: String) in !text.isEmpty && text.utf8.count <= 255 && text.utf8.allSatisfy { 0x20...0x7E ~= $0 } }
        guard isPlain(mimeType), mimeType.contains("/"), fields.allSatisfy({ isPlain($0.value) }) else { return nil }
        var text = ""
        for (name, value) in fields {
            text += "--\(boundary)\r\nContent-Disposition: form-data; name=\"\(name)\"\r\n\r\n\(value)\r\n"
        }
        text += "--\(boundary)\r\nContent-Disposition: form-data; name=\"file\"; filename=\"\(Self.quoted(fileName))\"\r\n"
        text += "Content-Type: \(mimeType)\r\n\r\n"
        contentType = "multipart/form-data; boundary=\(boundary)"
        prefix = ByteBuffer(string: text)
        suffix = ByteBuffer(string: "\r\n--\(boundary)--\r\n")
    }

    /// A name as browsers write it: UTF-8, with percent signs for what would end it. Other control characters are left out.
    static func quoted(_ name: String) -> String {
        var quoted = ""
        for scalar in name.unicodeScalars {
            switch scalar {
            case "\"": quoted += "%22"
            case "\r": quoted += "%0D"
            case "\n": quoted += "%0A"
            case "\u{0}"..."\u{1F}", "\u{7F}"..."\u{9F}": break
            default: quoted.unicodeScalars.append(scalar)
            }
        }
        return quoted.isEmpty ? "file" : quoted
    }

    private static func randomBoundary() -> String {
        let digits = Array("0123456789abcdef")
        return "connector-" + String((0..<32).map { _ in digits[Int.random(in: 0..<16)] })
    }
}
