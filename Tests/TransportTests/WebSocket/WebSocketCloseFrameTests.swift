import NIOCore
import Testing

@testable import Transport

@Suite struct WebSocketCloseFrameTests {
    @Test("A close frame without code has no payload")
    func emptyPayload() {
        #expect(WebSocketCloseFrame(code: nil, reason: "lost").payload.readableBytes == 0)
    }

    @Test("Code and reason are the payload")
    func payload() throws {
        let bytes = WebSocketCloseFrame(code: .goingAway, reason: "bye").payload
        #expect(Array(bytes.readableBytesView) == [0x03, 0xE9, 0x62, 0x79, 0x65])
        #expect(try WebSocketCloseFrame(payload: bytes) == WebSocketCloseFrame(code: .goingAway, reason: "bye"))
    }

    @Test("A long reason is cut at a character's border, so that the frame has at most 125 bytes")
    func cutsReason() throws {
        let bytes = WebSocketCloseFrame(code: .normal, reason: String(repeating: "é", count: 100)).payload
        #expect(bytes.readableBytes == 2 + 122)
        #expect(try WebSocketCloseFrame(payload: bytes).reason == String(repeating: "é", count: 61))
    }
}
