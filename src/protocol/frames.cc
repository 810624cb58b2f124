#include "protocol/frames.h"

#include <algorithm>
#include <optional>
#include <utility>

#include "protocol/frame_fields.h"

namespace gyr::protocol {
namespace {

/// Finds the weight of the largest value of a frame; it does not look into lists and parts.
class ValueWeigher {
 public:
  static constexpr bool fills = false;
  void operator()(uint32_t, const base::Value& value) { largest_ = std::max(largest_, value.weight()); }
  void operator()(uint32_t, const auto&) {}
  uint64_t largest() const { return largest_; }

 private:
  uint64_t largest_ = 0;
};

/// Nothing if no frame has this type.
std::optional<Frame> read_frame(FrameType type, base::RecordReader& reader) {
  std::optional<Frame> frame;
  const auto read_if = [&]<class Message>(Message message) {
    if (type != type_of(message)) return false;
    fields(reader, message);
    frame.emplace(std::move(message));
    return true;
  };
  [&]<size_t... Index>(std::index_sequence<Index...>) {
    (read_if(std::variant_alternative_t<Index, Frame>{}) || ...);
  }(std::make_index_sequence<std::variant_size_v<Frame>>{});
  return frame;
}

base::Result<std::string> too_large(uint64_t bytes) {
  return base::fail(frame_too_large,
                    fmt::format("the message between server and worker has about {} bytes; at most {} are "
                                "allowed",
                                bytes, max_frame));
}

}  // namespace

base::Result<std::string> encode_frame(const Frame& frame) {
  ValueWeigher weigher;
  std::visit([&weigher](const auto& message) { fields(weigher, message); }, frame);
  if (weigher.largest() > max_frame) return too_large(weigher.largest());
  std::string bytes;
  bytes.push_back(static_cast<char>(protocol_version));
  std::visit(
      [&bytes](const auto& message) {
        bytes.push_back(static_cast<char>(type_of(message)));
        base::append_sized(bytes, [&] { base::write_record(bytes, message); });
      },
      frame);
  if (bytes.size() > max_frame) return too_large(bytes.size());
  return bytes;
}

base::Result<Frame> decode_frame(std::string_view bytes) {
  if (bytes.size() > max_frame) {
    return base::fail(bad_frame,
                      fmt::format("the message between server and worker has {} bytes; at most {} are allowed",
                                  bytes.size(), max_frame));
  }
  base::Decoder in(bytes);
  uint8_t version = in.byte();
  uint8_t type = in.byte();
  if (!in.ok()) return base::fail(bad_frame, "the message between server and worker is truncated");
  if (version != protocol_version) {
    return base::fail(
        base::Error(bad_frame, fmt::format("the message between server and worker has version {}, but this program "
                                           "supports version {}",
                                           version, protocol_version))
            .with_hint("run servers and workers of the same release, or of two consecutive releases"));
  }
  const std::string_view record = in.bytes();
  const bool is_whole = in.ok() && in.at_end();
  base::RecordReader reader(record);
  auto frame = read_frame(static_cast<FrameType>(type), reader);
  if (!frame)
    return base::fail(bad_frame, fmt::format("the message between server and worker has the unknown type {}", type));
  if (!is_whole || !reader.ok()) {
    return base::fail(bad_frame, fmt::format("the message between server and worker (type {}, {} bytes) is damaged",
                                             type, bytes.size()));
  }
  return *std::move(frame);
}

}  // namespace gyr::protocol
