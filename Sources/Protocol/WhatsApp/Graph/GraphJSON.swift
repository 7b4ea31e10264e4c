/// The coders of the Graph API's bodies.
enum GraphJSON {
    /// Largest answer that is decoded, in bytes.
    static let maximumAnswerSize = 64 * 1024

    static func encode(_ value: some Encodable) throws -> [UInt8] { try JSONWriter.write(value) }

    static func decode<Value: Decodable>(_ type: Value.Type, from body: some Collection<UInt8>) throws(MalformedJSONBody) -> Value {
        try BoundedJSON.decode(type, from: body, maximumSize: maximumAnswerSize)
    }
}
