extension Pairing {
    /// The body that carries a value.
    public static func encode(_ value: some Encodable) throws -> [UInt8] { try GraphJSON.encode(value) }

    /// Reads a body.
    /// - Throws: ``MalformedJSONBody`` for one that is too large, no JSON, or lacks something
    public static func decode<Value: Decodable>(_ type: Value.Type, from body: some Collection<UInt8>) throws(MalformedJSONBody) -> Value {
        try BoundedJSON.decode(type, from: body, maximumSize: maximumBodySize)
    }
}
