#include "net/compression.h"

#include <zlib.h>

#include "base/assert.h"
#include "base/text.h"
#include "net/header_value.h"
#include "net/mime.h"

namespace gyr::net {
namespace {

/// Level 1 is three times as fast as 6 and its output is 10 % larger; responses are compressed each time, and the loop
/// waits.
constexpr int fast_level = 1;
constexpr int best_level = 6;
/// Added to zlib's window bits: gzip, or (reading) whichever of gzip and zlib it is.
constexpr int gzip_window = 15 + 16;
constexpr int zlib_window = 15;
constexpr int any_window = 15 + 32;
constexpr int raw_window = -15;
constexpr int memory_level = 8;
/// About a millisecond's work at the fast level.
constexpr size_t piece_bytes = 128 * 1024;
/// Larger bodies are compressed in pieces.
constexpr size_t whole_bytes = 256 * 1024;
/// What one step of decompression gives at most: a small input may unpack to a thousand times its size.
constexpr size_t unpacked_piece_bytes = 64 * 1024;

/// zlib's stream for compression.
class Deflater {
 public:
  Deflater(Encoding encoding, int level) {
    int window = encoding == Encoding::gzip ? gzip_window : zlib_window;
    GYR_ASSERT(deflateInit2(&stream_, level, Z_DEFLATED, window, memory_level, Z_DEFAULT_STRATEGY) == Z_OK);
  }
  ~Deflater() { deflateEnd(&stream_); }
  Deflater(const Deflater&) = delete;
  Deflater& operator=(const Deflater&) = delete;

  /// `flush` is Z_SYNC_FLUSH (all that was given comes out) or Z_FINISH.
  std::string add(std::string_view text, int flush) {
    std::string out;
    size_t used = 0;
    do {
      // Input beyond what a uInt counts goes in several rounds.
      size_t round = std::min<size_t>(text.size(), 1U << 30);
      stream_.next_in = reinterpret_cast<Bytef*>(const_cast<char*>(text.data()));
      stream_.avail_in = static_cast<uInt>(round);
      text.remove_prefix(round);
      do {
        out.resize(used + std::max<size_t>(1024, stream_.avail_in / 3));
        stream_.next_out = reinterpret_cast<Bytef*>(out.data() + used);
        stream_.avail_out = static_cast<uInt>(out.size() - used);
        int result = deflate(&stream_, text.empty() ? flush : Z_NO_FLUSH);
        GYR_ASSERT(result != Z_STREAM_ERROR);
        used = out.size() - stream_.avail_out;
      } while (stream_.avail_out == 0);
    } while (!text.empty());
    out.resize(used);
    return out;
  }

 private:
  z_stream stream_{};
};

std::string_view name_of(Encoding encoding) { return encoding == Encoding::gzip ? "gzip" : "deflate"; }

/// A large body, given out compressed piece by piece.
struct PackedBody {
  PackedBody(Encoding encoding, std::string text, base::Loop& loop)
      : deflater(encoding, fast_level), text(std::move(text)), loop(loop) {}
  Deflater deflater;
  std::string text;
  base::Loop& loop;
  size_t done = 0;
  bool finished = false;
};

/// Goes on in the loop's next turn.
struct NextTurn {
  base::Loop& loop;
  bool await_ready() const { return false; }
  void await_suspend(std::coroutine_handle<> awaiter) const {
    loop.post([awaiter] { awaiter.resume(); });
  }
  void await_resume() const {}
};

base::Task<base::Result<std::string>> next_packed(std::shared_ptr<PackedBody> body) {
  std::string out;
  while (out.empty() && !body->finished) {
    if (body->done > 0) co_await NextTurn{body->loop};
    std::string_view piece = std::string_view(body->text).substr(body->done, piece_bytes);
    body->done += piece.size();
    body->finished = body->done == body->text.size();
    out = body->deflater.add(piece, body->finished ? Z_FINISH : Z_NO_FLUSH);
  }
  co_return out;
}

using Stream = std::function<base::Task<base::Result<std::string>>()>;

/// A stream whose pieces are compressed one by one.
struct PackedStream {
  PackedStream(Encoding encoding, Stream source) : deflater(encoding, fast_level), source(std::move(source)) {}
  Deflater deflater;
  Stream source;
  bool finished = false;
};

base::Task<base::Result<std::string>> next_of_stream(std::shared_ptr<PackedStream> stream) {
  if (stream->finished) co_return std::string();
  GYR_CO_TRY(std::string piece, co_await stream->source());
  stream->finished = piece.empty();
  co_return stream->deflater.add(piece, stream->finished ? Z_FINISH : Z_SYNC_FLUSH);
}

/// A body that arrives compressed.
class UnpackedBody final : public BodyReader {
 public:
  UnpackedBody(std::unique_ptr<BodyReader> packed, bool gzip, uint64_t limit)
      : packed_(std::move(packed)), gzip_(gzip), left_(limit), limit_(limit) {
    GYR_ASSERT(inflateInit2(&stream_, any_window) == Z_OK);
  }
  ~UnpackedBody() override { inflateEnd(&stream_); }

  base::Task<base::Result<std::string>> next() override {
    for (;;) {
      if (error_) co_return base::fail(*error_);
      if (stream_.avail_in == 0 && !output_waits_) {
        auto piece = co_await packed_->next();
        if (!piece) co_return base::fail(fail(piece.error()));
        if (piece->empty() && ended_) co_return std::string();
        if (piece->empty()) co_return base::fail(fail({bad_encoding, "the compressed body is truncated"}));
        input_ = std::move(*piece);
        choose_format();
        stream_.next_in = reinterpret_cast<Bytef*>(input_.data());
        stream_.avail_in = static_cast<uInt>(input_.size());
      }
      if (ended_) {
        // gzip files may follow each other, and mean their contents together (RFC 1952, 2.2).
        if (!gzip_) co_return base::fail(fail({bad_encoding, "there is unexpected data after the compressed body"}));
        ended_ = false;
        inflateReset2(&stream_, gzip_window);
      }
      std::string out = inflate_some();
      if (!out.empty()) co_return out;
    }
  }

 private:
  base::Error fail(base::Error error) {
    error_ = std::move(error);
    return *error_;
  }

  /// `deflate` means the zlib format, but some clients send the raw format. The zlib header is recognised by its
  /// checksum.
  void choose_format() {
    if (std::exchange(begun_, true) || gzip_) return;
    const auto first = static_cast<unsigned char>(input_[0]);
    const auto second = input_.size() > 1 ? static_cast<unsigned char>(input_[1]) : 0x9cU;
    if ((first & 0x0f) != Z_DEFLATED || (first * 256U + second) % 31 != 0) inflateReset2(&stream_, raw_window);
  }

  std::string inflate_some() {
    stream_.next_out = reinterpret_cast<Bytef*>(output_.get());
    stream_.avail_out = static_cast<uInt>(unpacked_piece_bytes);
    int result = inflate(&stream_, Z_NO_FLUSH);
    std::string out(output_.get(), unpacked_piece_bytes - stream_.avail_out);
    // A full output may mean that more waits inside, without any further input.
    output_waits_ = stream_.avail_out == 0 && result != Z_STREAM_END;
    if (result == Z_STREAM_END) {
      ended_ = true;
    } else if (result != Z_OK && result != Z_BUF_ERROR) {
      fail({bad_encoding, "the compressed body is damaged"});
      return {};
    }
    if (out.size() > left_) {
      fail({body_too_large, fmt::format("the decompressed body is larger than {} bytes", limit_)});
      return {};
    }
    left_ -= out.size();
    return out;
  }

  std::unique_ptr<BodyReader> packed_;
  const bool gzip_;
  uint64_t left_;
  const uint64_t limit_;
  z_stream stream_{};
  std::string input_;
  std::unique_ptr<char[]> output_ = std::make_unique_for_overwrite<char[]>(unpacked_piece_bytes);
  bool begun_ = false;
  bool output_waits_ = false;
  bool ended_ = false;
  std::optional<base::Error> error_;
};

bool may_compress(const ServerResponse& response) {
  if (response.status == 204 || response.status == 206 || response.status == 304) return false;
  if (response.headers.get("Content-Encoding") || response.headers.get("Content-Range")) return false;
  auto type = response.headers.get("Content-Type");
  if (!type || !is_compressible(*type)) return false;
  if (!response.stream) return response.body.size() >= min_compressed_bytes;
  return !response.stream_length || *response.stream_length >= min_compressed_bytes;
}

}  // namespace

Encoding choose_encoding(std::optional<std::string_view> accept_encoding) {
  if (!accept_encoding) return Encoding::identity;
  int gzip = -1, deflate = -1, any = -1;
  for (const Weighted& entry : parse_weighted(*accept_encoding)) {
    if (entry.value == "gzip" || entry.value == "x-gzip") gzip = entry.thousandths;
    if (entry.value == "deflate") deflate = entry.thousandths;
    if (entry.value == "*") any = entry.thousandths;
  }
  if (gzip < 0) gzip = any;
  if (deflate < 0) deflate = any;
  if (gzip <= 0 && deflate <= 0) return Encoding::identity;
  return gzip >= deflate ? Encoding::gzip : Encoding::deflate;
}

std::string compress(Encoding encoding, std::string_view text) {
  if (encoding == Encoding::identity) return std::string(text);
  return Deflater(encoding, best_level).add(text, Z_FINISH);
}

void compress_response(const Headers& request_headers, ServerResponse& response, base::Loop& loop) {
  if (!may_compress(response)) return;
  // Caches must know that the answer depends on the header, whether or not this one is compressed.
  response.headers.add("Vary", "Accept-Encoding");
  Encoding encoding = choose_encoding(request_headers.get("Accept-Encoding"));
  if (encoding == Encoding::identity) return;
  response.headers.add("Content-Encoding", std::string(name_of(encoding)));
  if (auto tag = response.headers.get("ETag"); tag && !tag->starts_with("W/")) {
    response.headers.set("ETag", fmt::format("W/{}", *tag));
  }
  response.stream_length.reset();
  if (response.stream) {
    auto stream = std::make_shared<PackedStream>(encoding, std::move(response.stream));
    response.stream = [stream] { return next_of_stream(stream); };
  } else if (response.body.size() <= whole_bytes) {
    response.body = Deflater(encoding, fast_level).add(response.body, Z_FINISH);
  } else {
    auto body = std::make_shared<PackedBody>(encoding, std::exchange(response.body, {}), loop);
    response.stream = [body] { return next_packed(body); };
  }
}

base::Result<std::unique_ptr<BodyReader>> decode_body(std::unique_ptr<BodyReader> body,
                                                      std::optional<std::string_view> content_encoding,
                                                      uint64_t limit) {
  std::string encoding = base::to_lower_ascii(base::trim(content_encoding.value_or("")));
  if (encoding.empty() || encoding == "identity") return body;
  const bool gzip = encoding == "gzip" || encoding == "x-gzip";
  if (!gzip && encoding != "deflate") {
    return base::fail(base::Error(bad_encoding, fmt::format("unsupported Content-Encoding `{}`", encoding))
                          .with_hint("send the body uncompressed, or compressed with gzip or deflate"));
  }
  return std::make_unique<UnpackedBody>(std::move(body), gzip, limit);
}

}  // namespace gyr::net
