import BridgeTestSupport
import Testing

@testable import Bridge

@Suite struct InboundOrderTests {
    private func message(_ wamid: String, at second: Int64) -> InboundEvent {
        .message(
            CustomerMessage(
                number: Story.number, wamid: Wamid(rawValue: wamid), sender: Story.ada, writtenAt: Moment(seconds: second), content: .text(wamid)))
    }

    private func status(_ wamid: String) -> InboundEvent {
        .status(DeliveryStatus(number: Story.number, wamid: Wamid(rawValue: wamid), status: "sent", at: Moment(seconds: 0)))
    }

    @Test("Messages of a notification come in the order of writing, those of one second as they came; all else keeps its place")
    func order() {
        let events = [message("d", at: 9), status("1"), message("b", at: 5), message("c", at: 5), status("2"), message("a", at: 1), status("3")]
        let expected = [message("a", at: 1), status("1"), message("b", at: 5), message("c", at: 5), status("2"), message("d", at: 9), status("3")]
        #expect(InboundOrder.sorted(events) == expected)
        #expect(InboundOrder.sorted([]).isEmpty)
    }
}
