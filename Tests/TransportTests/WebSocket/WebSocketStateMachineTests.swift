import NIOCore
import Testing

@testable import Transport

/// A machine in a class, for expectations cannot call what mutates a value.
private final class DrivenMachine {
    private var machine: WebSocketStateMachine

    init(_ machine: WebSocketStateMachine) {
        self.machine = machine
    }

    var isOpen: Bool { machine.isOpen }
    var closure: WebSocketClosure? { machine.closure }
    var nextDeadline: Duration? { machine.nextDeadline }

    func receive(_ input: WebSocketStateMachineTests.Input, at now: Duration) -> WebSocketStateMachine.Action {
        machine.frameReceived(
            opcode: input.opcode, isFinal: input.isFinal, reserved: input.reserved, isMasked: input.isMasked,
            payload: ByteBuffer(bytes: input.payload), at: now)
    }

    func decodingFailed(_ failure: WebSocketFailure) -> WebSocketStateMachine.Action { machine.decodingFailed(failure, at: .zero) }
    func inputEnded() -> WebSocketStateMachine.Action { machine.inputEnded() }
    func close(_ code: WebSocketCloseCode, _ reason: String, at now: Duration) -> WebSocketStateMachine.Action {
        machine.close(code, reason, at: now)
    }
    func readingPaused() { machine.readingPaused() }
    func readingResumed(at now: Duration) { machine.readingResumed(at: now) }
    func sendingBlocked(at now: Duration) { machine.sendingBlocked(at: now) }
    func sendingProgressed() { machine.sendingProgressed() }
    func timeReached(_ now: Duration) -> WebSocketStateMachine.Action { machine.timeReached(now) }
}

@Suite struct WebSocketStateMachineTests {
    // MARK: - Frames and what they lead to

    struct Input: Sendable, CustomTestStringConvertible {
        var opcode: UInt8
        var payload: [UInt8] = []
        var isFinal = true
        var reserved: UInt8 = 0
        var isMasked = true

        var testDescription: String { "opcode \(opcode), \(payload.count) bytes, final \(isFinal), reserved \(reserved), masked \(isMasked)" }

        static func text(_ text: String, isFinal: Bool = true) -> Input { Input(opcode: 1, payload: Array(text.utf8), isFinal: isFinal) }
        static func more(_ text: String, isFinal: Bool = true) -> Input { Input(opcode: 0, payload: Array(text.utf8), isFinal: isFinal) }
    }

    private func makeMachine(
        _ role: WebSocketStateMachine.Role = .server, _ configuration: WebSocketConfiguration = .init()
    ) -> DrivenMachine {
        DrivenMachine(WebSocketStateMachine(role: role, configuration: configuration, now: .zero))
    }

    private func receive(_ input: Input, in machine: DrivenMachine, at now: Duration = .zero) -> WebSocketStateMachine.Action {
        machine.receive(input, at: now)
    }

    private func code(of action: WebSocketStateMachine.Action) -> WebSocketCloseCode? {
        guard case .sendClose(let frame, then: .awaitEnd) = action else { return nil }
        return frame.code
    }

    @Test(
        "A single frame that breaks the protocol fails the connection with 1002",
        arguments: [
            Input(opcode: 1, reserved: 1), Input(opcode: 1, reserved: 2), Input(opcode: 2, reserved: 4), Input(opcode: 9, reserved: 7),
            Input(opcode: 3), Input(opcode: 4), Input(opcode: 7), Input(opcode: 11), Input(opcode: 15),
            Input(opcode: 1, isMasked: false), Input(opcode: 9, isMasked: false), Input(opcode: 8, isMasked: false),
            Input(opcode: 9, isFinal: false), Input(opcode: 10, isFinal: false), Input(opcode: 8, isFinal: false),
            Input(opcode: 9, payload: Array(repeating: 0, count: 126)), Input(opcode: 8, payload: Array(repeating: 0, count: 126)),
            Input(opcode: 0), Input(opcode: 0, isFinal: false),
            Input(opcode: 8, payload: [3]),
        ])
    func failsWithProtocolError(input: Input) {
        let machine = makeMachine()
        #expect(code(of: receive(input, in: machine)) == .protocolError)
        #expect(machine.closure?.side == .local)
        #expect(machine.closure?.code == .protocolError)
        #expect(receive(.text("late"), in: machine) == .nothing)
    }

    @Test("A client fails when the server masks")
    func clientRefusesMaskedFrames() {
        var machine = makeMachine(.client)
        #expect(code(of: receive(.text("a"), in: machine)) == .protocolError)
        machine = makeMachine(.client)
        #expect(receive(Input(opcode: 1, payload: [0x61], isMasked: false), in: machine) == .deliver(.text(ByteBuffer(string: "a"))))
    }

    @Test("Whole messages are delivered, empty ones too")
    func deliversMessages() {
        let machine = makeMachine()
        #expect(receive(.text("Grüße"), in: machine) == .deliver(.text(ByteBuffer(string: "Grüße"))))
        #expect(receive(.text(""), in: machine) == .deliver(.text(ByteBuffer())))
        #expect(receive(Input(opcode: 2, payload: [0xFF, 0x00]), in: machine) == .deliver(.binary(ByteBuffer(bytes: [0xFF, 0x00]))))
        #expect(receive(Input(opcode: 2), in: machine) == .deliver(.binary(ByteBuffer())))
        #expect(machine.isOpen)
    }

    @Test("Fragments are put together, with control frames between them and empty ones among them")
    func assemblesFragments() {
        let machine = makeMachine()
        #expect(receive(.text("a", isFinal: false), in: machine) == .nothing)
        #expect(receive(Input(opcode: 9, payload: [1, 2]), in: machine) == .sendPong(ByteBuffer(bytes: [1, 2])))
        #expect(receive(.more("", isFinal: false), in: machine) == .nothing)
        #expect(receive(Input(opcode: 10, payload: [9]), in: machine) == .nothing)
        #expect(receive(.more("b", isFinal: false), in: machine) == .nothing)
        #expect(receive(.more("c"), in: machine) == .deliver(.text(ByteBuffer(string: "abc"))))
        #expect(receive(Input(opcode: 2, payload: [0xFF], isFinal: false), in: machine) == .nothing)
        #expect(receive(Input(opcode: 0, payload: [0xFE]), in: machine) == .deliver(.binary(ByteBuffer(bytes: [0xFF, 0xFE]))))
        #expect(receive(.text("", isFinal: false), in: machine) == .nothing)
        #expect(receive(.more(""), in: machine) == .deliver(.text(ByteBuffer())))
    }

    @Test("A message within a message fails the connection", arguments: [Input.text("b"), Input(opcode: 2), Input.text("b", isFinal: false)])
    func refusesNestedMessages(second: Input) {
        let machine = makeMachine()
        #expect(receive(.text("a", isFinal: false), in: machine) == .nothing)
        #expect(code(of: receive(second, in: machine)) == .protocolError)
    }

    @Test("A continuation after a whole message fails the connection")
    func refusesContinuationAfterTheEnd() {
        let machine = makeMachine()
        #expect(receive(.text("a", isFinal: false), in: machine) == .nothing)
        #expect(receive(.more("b"), in: machine) == .deliver(.text(ByteBuffer(string: "ab"))))
        #expect(code(of: receive(.more("c"), in: machine)) == .protocolError)
    }

    @Test("Text is valid in every fragmentation that splits its characters")
    func acceptsSplitCharacters() {
        let bytes = Array("aä€😀".utf8)
        for first in 0...bytes.count {
            for second in first...bytes.count {
                let machine = makeMachine()
                #expect(receive(Input(opcode: 1, payload: Array(bytes[..<first]), isFinal: false), in: machine) == .nothing)
                #expect(receive(Input(opcode: 0, payload: Array(bytes[first..<second]), isFinal: false), in: machine) == .nothing)
                #expect(receive(Input(opcode: 0, payload: Array(bytes[second...])), in: machine) == .deliver(.text(ByteBuffer(string: "aä€😀"))))
            }
        }
    }

    @Test("Text that is not UTF-8 fails with 1007, at the first fragment that shows it")
    func refusesInvalidText() {
        var machine = makeMachine()
        #expect(code(of: receive(Input(opcode: 1, payload: [0x61, 0xFF]), in: machine)) == .invalidPayload)
        machine = makeMachine()
        #expect(code(of: receive(Input(opcode: 1, payload: [0x61, 0xC3]), in: machine)) == .invalidPayload)
        machine = makeMachine()
        #expect(receive(Input(opcode: 1, payload: [0xED], isFinal: false), in: machine) == .nothing)
        #expect(code(of: receive(Input(opcode: 0, payload: [0xA0], isFinal: false), in: machine)) == .invalidPayload)
        machine = makeMachine()
        #expect(receive(Input(opcode: 1, payload: [0xC3], isFinal: false), in: machine) == .nothing)
        #expect(code(of: receive(Input(opcode: 0), in: machine)) == .invalidPayload)
    }

    @Test("A message above the limit fails with 1009, one at the limit does not")
    func limitsMessages() {
        let machine = makeMachine(.server, .init(maximumMessageSize: 10))
        #expect(receive(.text("0123456789"), in: machine) == .deliver(.text(ByteBuffer(string: "0123456789"))))
        #expect(receive(.text("01234", isFinal: false), in: machine) == .nothing)
        #expect(receive(.more("56789"), in: machine) == .deliver(.text(ByteBuffer(string: "0123456789"))))
        #expect(receive(.text("01234", isFinal: false), in: machine) == .nothing)
        #expect(code(of: receive(.more("567890", isFinal: false), in: machine)) == .messageTooBig)
    }

    @Test("What is no frame fails with the decoder's code")
    func failsForTheDecoder() {
        let machine = makeMachine()
        let action = machine.decodingFailed(WebSocketFailure(.messageTooBig, "frame too long"))
        #expect(code(of: action) == .messageTooBig)
        #expect(machine.decodingFailed(WebSocketFailure(.protocolError, "")) == .nothing)
    }

    // MARK: - Closing

    @Test("A close frame is answered with its code; the server then ends the connection, the client waits for that")
    func answersClose() {
        let payload: [UInt8] = [0x03, 0xE9] + Array("bye".utf8)
        let server = makeMachine()
        #expect(receive(Input(opcode: 8, payload: payload), in: server) == .sendClose(WebSocketCloseFrame(code: .goingAway), then: .end))
        #expect(server.closure == WebSocketClosure(code: .goingAway, reason: "bye", side: .remote))
        let client = makeMachine(.client)
        #expect(
            receive(Input(opcode: 8, payload: payload, isMasked: false), in: client)
                == .sendClose(WebSocketCloseFrame(code: .goingAway), then: .awaitEnd))
        #expect(client.inputEnded() == .end)
        #expect(client.closure == WebSocketClosure(code: .goingAway, reason: "bye", side: .remote))
    }

    @Test("A close frame without code is answered without code")
    func answersEmptyClose() {
        let machine = makeMachine()
        #expect(receive(Input(opcode: 8), in: machine) == .sendClose(WebSocketCloseFrame(code: nil), then: .end))
        #expect(machine.closure == WebSocketClosure(code: .noStatus, side: .remote))
    }

    @Test(
        "Codes that may be sent are accepted",
        arguments: [1000, 1001, 1002, 1003, 1007, 1008, 1009, 1010, 1011, 1012, 1013, 1014, 3000, 3999, 4000, 4999])
    func acceptsCodes(code: UInt16) {
        let machine = makeMachine()
        let action = receive(Input(opcode: 8, payload: [UInt8(code >> 8), UInt8(code & 0xFF)]), in: machine)
        #expect(action == .sendClose(WebSocketCloseFrame(code: WebSocketCloseCode(rawValue: code)), then: .end))
    }

    @Test("Codes that may not be sent fail with 1002", arguments: [0, 1, 999, 1004, 1005, 1006, 1015, 1016, 1100, 2000, 2999, 5000, 65535])
    func refusesCodes(code: UInt16) {
        let machine = makeMachine()
        #expect(self.code(of: receive(Input(opcode: 8, payload: [UInt8(code >> 8), UInt8(code & 0xFF)]), in: machine)) == .protocolError)
    }

    @Test("A close reason that is not UTF-8 fails with 1007")
    func refusesInvalidReason() {
        var machine = makeMachine()
        #expect(code(of: receive(Input(opcode: 8, payload: [0x03, 0xE8, 0xFF]), in: machine)) == .invalidPayload)
        machine = makeMachine()
        #expect(code(of: receive(Input(opcode: 8, payload: [0x03, 0xE8, 0xC3]), in: machine)) == .invalidPayload)
    }

    @Test("After this side's close frame only the peer's counts")
    func closesFromThisSide() {
        let server = makeMachine()
        #expect(server.close(.normal, "done", at: .zero) == .sendClose(WebSocketCloseFrame(code: .normal, reason: "done"), then: .awaitAnswer))
        #expect(server.close(.goingAway, "", at: .zero) == .nothing)
        #expect(receive(.text("late"), in: server) == .nothing)
        #expect(receive(Input(opcode: 9), in: server) == .nothing)
        #expect(receive(Input(opcode: 8, payload: [0x03, 0xE8]), in: server) == .end)
        #expect(server.closure == WebSocketClosure(code: .normal, reason: "done", side: .local))
        #expect(server.nextDeadline == nil)

        let client = makeMachine(.client)
        _ = client.close(.normal, "", at: .zero)
        #expect(receive(Input(opcode: 8, isMasked: false), in: client) == .nothing)
        #expect(client.inputEnded() == .end)
    }

    @Test("A code that may not be sent is replaced by 1000")
    func replacesUnsendableCodes() {
        let machine = makeMachine()
        #expect(machine.close(.abnormal, "", at: .zero) == .sendClose(WebSocketCloseFrame(code: .normal), then: .awaitAnswer))
    }

    @Test("A peer that does not answer the close frame is cut after the close time-out")
    func closeTimesOut() {
        let machine = makeMachine(.server, .init(closeTimeout: .seconds(5)))
        _ = machine.close(.normal, "", at: .seconds(10))
        #expect(machine.nextDeadline == .seconds(15))
        #expect(machine.timeReached(.seconds(14)) == .nothing)
        #expect(machine.timeReached(.seconds(15)) == .end)
        #expect(machine.closure?.side == .local)
    }

    @Test("The end of the connection without a close frame is 1006")
    func noticesTheEnd() {
        let machine = makeMachine()
        #expect(machine.inputEnded() == .end)
        #expect(machine.closure == WebSocketClosure(code: .abnormal, side: .nobody))
        #expect(machine.inputEnded() == .nothing)
    }

    // MARK: - Time

    @Test("A ping goes out every thirty seconds")
    func pings() {
        let machine = makeMachine()
        #expect(machine.nextDeadline == .seconds(30))
        #expect(machine.timeReached(.seconds(29)) == .nothing)
        #expect(machine.timeReached(.seconds(30)) == .sendPing)
        _ = receive(Input(opcode: 10), in: machine, at: .seconds(31))
        #expect(machine.nextDeadline == .seconds(60))
        #expect(machine.timeReached(.seconds(61)) == .sendPing)
        #expect(machine.nextDeadline == .seconds(91))
    }

    @Test("A peer that is silent for ninety seconds is given up; any frame is a sign of life", arguments: [1, 2, 9, 10] as [UInt8])
    func givesUpSilentPeers(opcode: UInt8) {
        let machine = makeMachine()
        _ = machine.timeReached(.seconds(30))
        _ = machine.timeReached(.seconds(60))
        _ = receive(Input(opcode: opcode), in: machine, at: .seconds(80))
        #expect(machine.timeReached(.seconds(169)) == .sendPing)
        #expect(machine.timeReached(.seconds(170)) == .sendClose(WebSocketCloseFrame(code: .goingAway, reason: "silence"), then: .end))
        #expect(machine.closure?.code == .abnormal)
        #expect(machine.closure?.side == .nobody)
        #expect(machine.timeReached(.seconds(175)) == .end)
    }

    @Test("While the peer is not read its silence proves nothing")
    func silenceWaitsForReading() {
        let machine = makeMachine()
        machine.readingPaused()
        #expect(machine.timeReached(.seconds(1000)) == .sendPing)
        machine.readingResumed(at: .seconds(1000))
        #expect(machine.timeReached(.seconds(1089)) == .sendPing)
        #expect(machine.timeReached(.seconds(1090)) == .sendClose(WebSocketCloseFrame(code: .goingAway, reason: "silence"), then: .end))
    }

    @Test("A peer that sends but does not read is given up as well")
    func givesUpDeafPeers() {
        let machine = makeMachine()
        machine.sendingBlocked(at: .seconds(10))
        machine.sendingBlocked(at: .seconds(50))
        _ = receive(.text("still here"), in: machine, at: .seconds(99))
        #expect(machine.timeReached(.seconds(99)) == .sendPing)
        #expect(machine.timeReached(.seconds(100)) == .end)
        let other = makeMachine()
        other.sendingBlocked(at: .seconds(10))
        other.sendingProgressed()
        _ = receive(.text("still here"), in: other, at: .seconds(99))
        #expect(other.timeReached(.seconds(100)) == .sendPing)
    }
}
