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

/// The best encoding for a client with this Accept-Encoding; identity if it is absent.
Encoding choose_encoding(std::optional<std::string_view> accept_encoding);

/// The whole text at once: for content that is compressed once and sent often.
std::string compress(Encoding encoding, std::string_view text);

/// Shorter than this, compression gains nothing (API-25).
inline constexpr size_t min_compressed_bytes = 1024;

/// Compresses a response if its type, its size and the headers of the request allow it: never an event stream, and
/// never a response that has a Content-Encoding or is partial (206, Content-Range). Sets Content-Encoding and `Vary:
/// Accept-Encoding`, weakens an ETag. A body of more than 256 KB becomes a stream that compresses piece by piece and
/// yields to the loop in between. A stream stays a stream, and each of its pieces is still sent at once. Call it last,
/// on the loop, for GET and HEAD alike.
void compress_response(const Headers& request_headers, ServerResponse& response, base::Loop& loop);

/// The body of the request, decoded according to its Content-Encoding: `gzip`, `x-gzip`, `deflate`, `identity` or none.
/// The decoded body may have at most `limit` bytes (body_too_large: a small body can expand to a very large one). Fails
/// with bad_encoding for another encoding.
base::Result<std::unique_ptr<BodyReader>> decode_body(std::unique_ptr<BodyReader> body,
                                                      std::optional<std::string_view> content_encoding, uint64_t limit);

}  // namespace gyr::net
