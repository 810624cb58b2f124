// gzip and deflate of bodies (API-25).
#pragma once

#include <memory>
#include <optional>
#include <string>
#include <string_view>

#include "net/http.h"

namespace gyr::net {

inline constexpr base::ErrorCode bad_encoding{
    "GYR-N017"};  ///< a Content-Encoding that is unknown, or content that is damaged

enum class Encoding { identity, gzip, deflate };

/// What a client that sends this Accept-Encoding is best served with; identity where it is absent.
Encoding choose_encoding(std::optional<std::string_view> accept_encoding);

/// The whole text at once: for content that is compressed once and sent often.
std::string compress(Encoding encoding, std::string_view text);

/// Shorter than this, compression gains nothing (API-25).
inline constexpr size_t min_compressed_bytes = 1024;

/// Compresses an answer if its type, its size and the request's headers allow: never an event stream, never what has a
/// Content-Encoding already or is only a part (206, Content-Range). Sets Content-Encoding and `Vary: Accept-Encoding`,
/// weakens an ETag. A body of more than 256 KB becomes a stream that compresses piece by piece and gives the loop its
/// turn in between; a stream stays one, and each of its pieces still leaves at once. Call it last, on the loop, for GET
/// and HEAD alike.
void compress_response(const Headers& request_headers, ServerResponse& response, base::Loop& loop);

/// The request's body behind its Content-Encoding: `gzip`, `x-gzip`, `deflate`, `identity` or none. What comes out may
/// be at most `limit` bytes (body_too_large: a small body can unpack to very much). Fails with bad_encoding for another
/// encoding.
base::Result<std::unique_ptr<BodyReader>> decode_body(std::unique_ptr<BodyReader> body,
                                                      std::optional<std::string_view> content_encoding, uint64_t limit);

}  // namespace gyr::net
