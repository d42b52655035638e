package io.katamonitor.server;

/**
 * What a client connection is doing.
 *
 * <table>
 * <caption>Transitions</caption>
 * <tr><th>state</th><th>event</th><th>next</th></tr>
 * <tr><td>READING_HEAD</td><td>head accepted, its body is the endpoint's</td><td>SERVING</td></tr>
 * <tr><td>READING_HEAD</td><td>head accepted otherwise</td><td>READING_BODY</td></tr>
 * <tr><td>READING_HEAD</td><td>head rejected: response sent</td><td>LINGERING</td></tr>
 * <tr><td>READING_BODY</td><td>body complete (it was discarded)</td><td>SERVING</td></tr>
 * <tr><td>READING_BODY</td><td>body rejected: response sent</td><td>LINGERING</td></tr>
 * <tr><td>SERVING</td><td>response written, connection kept</td><td>READING_HEAD</td></tr>
 * <tr><td>SERVING</td><td>response written, connection not kept</td><td>closed when flushed</td></tr>
 * <tr><td>SERVING</td><td>response written, request's body not read</td><td>LINGERING</td></tr>
 * <tr><td>SERVING</td><td>body rejected: response sent, if it had not begun</td><td>LINGERING</td></tr>
 * <tr><td>any but SERVING</td><td>deadline of the state</td><td>closed</td></tr>
 * <tr><td>any but SERVING</td><td>end of input, nothing left to read</td><td>closed</td></tr>
 * <tr><td>SERVING</td><td>end of input, and more was expected</td><td>closed</td></tr>
 * <tr><td>any</td><td>another client needs the place (see ConnectionTable)</td><td>closed</td></tr>
 * </table>
 */
enum ConnectionState {
  /** Between requests, or in a head. */
  READING_HEAD,
  /** In a body that is discarded. */
  READING_BODY,
  /** A request is with its endpoint; the endpoint may be reading its body. */
  SERVING,
  /** The last response was sent; input is discarded until the client has seen it. */
  LINGERING
}
