import Protocol
import Testing

@Suite("Envelope")
struct EnvelopeTests {
    @Test("Type, API and tag are read in any order, unknown members ignored")
    func reading() throws {
        let envelope = try Envelope(#"{"x":[{}],"src":"svc,{1}","api":"Services","mt":"ServicesInfo"}"#)
        #expect(envelope.mt == "ServicesInfo")
        #expect(envelope.api == "Services")
        #expect(envelope.src == "svc,{1}")
    }

    @Test(
        "An absent, null or empty API is the base protocol",
        arguments: [#"{"mt":"A"}"#, #"{"mt":"A","api":null}"#, #"{"mt":"A","api":""}"#, #"{"mt":"A","api":1}"#])
    func baseProtocol(text: String) throws {
        #expect(try Envelope(text).api == nil)
    }

    @Test("A tag comes back exactly as it was sent", arguments: [#""src1""#, "1", "1.50", #""\u00e9\/""#, #"{"a": 1}"#, "false"])
    func tags(tag: String) throws {
        let envelope = try Envelope(#"{"mt":"KeepAlive","src":\#(tag)}"#)
        #expect(String(decoding: KeepAlive().encoded(src: envelope.src), as: UTF8.self) == #"{"mt":"KeepAlive","src":\#(tag)}"#)
    }

    @Test("Tags that mean the same are equal, however they are escaped")
    func tagEquality() throws {
        #expect(try RequestTag(RawJSON(#""a\/\u00e9""#)) == "a/é")
        #expect(try RequestTag(RawJSON(#""a\/\u00e9""#)).hashValue == RequestTag("a/é").hashValue)
        #expect(try RequestTag(RawJSON("1")) != "1")
    }

    @Test("A null tag is none")
    func nullTag() throws {
        #expect(try Envelope(#"{"mt":"A","src":null}"#).src == nil)
    }

    @Test(
        "What is no message says why",
        arguments: [("{", false), ("[]", false), ("hello", false), ("{}", true), (#"{"mt":1}"#, true), (#"{"mt":null}"#, true)])
    func noMessage(text: String, lacksType: Bool) {
        #expect { try Envelope(text) } throws: { error in
            (error as? EnvelopeError == .noMessageType) == lacksType && error is EnvelopeError
        }
    }

    @Test("A requester of something unknown gets an answer, anyone else none")
    func unknown() throws {
        let answer = UnknownMessage(answering: try Envelope(#"{"mt":"Dance","src":"s1"}"#))
        #expect(answer.map { String(decoding: $0.encoded(), as: UTF8.self) } == #"{"mt":"DanceResult","src":"s1","error":"unknown mt"}"#)
        let other = UnknownMessage(answering: try Envelope(#"{"api":"Waltz","mt":"Dance","src":"s1"}"#))
        #expect(other.map { String(decoding: $0.encoded(), as: UTF8.self) } == #"{"api":"Waltz","mt":"DanceResult","src":"s1","error":"unknown mt"}"#)
        #expect(UnknownMessage(answering: try Envelope(#"{"mt":"Dance"}"#)) == nil)
        #expect(UnknownMessage(answering: try Envelope(#"{"mt":"DanceResult","src":"s1"}"#)) == nil)
    }
}
