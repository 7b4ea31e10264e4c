import NIOCore

final class WebSocketHandler {}
