#include "web/pages/ui_pack.h"

#include <algorithm>
#include <cstring>
#include <optional>

#include "syntax/json.h"

namespace gyr::web {
namespace {

using base::Value;

constexpr std::string_view magic = "GYRUIPCK";
constexpr uint32_t pack_version = 1;
constexpr size_t head_bytes = 16;  // magic, version, size of the index
constexpr size_t alignment = 8;    // of the first content
/// The index of today's interface has 20 kB.
constexpr size_t max_index_bytes = 16u << 20;

uint32_t little_endian(std::string_view bytes) {
  uint32_t number = 0;
  for (size_t i = 0; i < sizeof(number); ++i) number |= static_cast<uint32_t>(static_cast<uint8_t>(bytes[i])) << 8 * i;
  return number;
}

std::unexpected<base::Error> refuse(std::string message) {
  return base::fail(base::Error(bad_ui_pack, "the pack of the web interface cannot be used: " + std::move(message))
                        .with_hint("build it with `./dev ui`"));
}

std::string_view text_of(const Value& entry, std::string_view name) {
  const Value* value = entry.find(name);
  return value != nullptr && value->is_string() ? value->text() : std::string_view();
}

/// The content that `[offset, size]` names; nothing if it is not inside of `data`.
std::optional<std::string_view> content_of(const Value& place, std::string_view data) {
  if (!place.is_list() || place.items().size() != 2) return std::nullopt;
  const Value& offset = place.items()[0];
  const Value& size = place.items()[1];
  if (!offset.is_integer() || !size.is_integer() || offset.as_integer() < 0 || size.as_integer() < 0)
    return std::nullopt;
  const auto begin = static_cast<uint64_t>(offset.as_integer());
  const auto length = static_cast<uint64_t>(size.as_integer());
  if (begin > data.size() || length > data.size() - begin) return std::nullopt;
  return data.substr(begin, length);
}

/// A header may contain it.
bool is_plain(std::string_view text) {
  return !text.empty() && std::ranges::all_of(text, [](char c) { return c > ' ' && c < 127 && c != '"'; });
}

base::Result<UiPack::File> read_file(const Value& entry, std::string_view data) {
  UiPack::File file;
  file.path = text_of(entry, "path");
  file.type = text_of(entry, "type");
  const std::string_view hash = text_of(entry, "hash");
  const bool has_type =
      !file.type.empty() && std::ranges::all_of(file.type, [](char c) { return c >= ' ' && c < 127; });
  if (!is_plain(file.path) || !has_type || !is_plain(hash)) return refuse("a file has no path, type or hash");
  file.tag = fmt::format("\"{}\"", hash);
  if (const Value* immutable = entry.find("immutable"); immutable != nullptr)
    file.immutable = immutable->is_boolean() && immutable->as_boolean();
  for (const auto& [name, content] :
       {std::pair("raw", &file.raw), std::pair("br", &file.brotli), std::pair("gz", &file.gzip)}) {
    const Value* place = entry.find(name);
    if (place == nullptr) continue;
    const auto found = content_of(*place, data);
    if (!found) return refuse(fmt::format("the content of `{}` is not inside the pack", file.path));
    *content = *found;
  }
  if (file.raw.empty() && file.gzip.empty()) return refuse(fmt::format("`{}` has no content", file.path));
  return file;
}

}  // namespace

base::Result<UiPack> UiPack::read(std::string_view bytes) {
  if (bytes.size() < head_bytes || !bytes.starts_with(magic)) return refuse("it is not a pack");
  if (const uint32_t version = little_endian(bytes.substr(8)); version != pack_version)
    return refuse(fmt::format("it has version {}, but this program reads version {}", version, pack_version));
  const size_t size = little_endian(bytes.substr(12));
  if (size > max_index_bytes || size > bytes.size() - head_bytes) return refuse("its index is truncated");
  auto index = syntax::parse_json(bytes.substr(head_bytes, size));
  if (!index || !index->is_map()) return refuse("its index is damaged");
  const size_t begin = head_bytes + (size + alignment - 1) / alignment * alignment;
  const std::string_view data = begin <= bytes.size() ? bytes.substr(begin) : std::string_view();

  UiPack pack;
  const Value* entries = index->find("files");
  if (entries == nullptr || !entries->is_list()) return refuse("its index has no files");
  pack.files_.reserve(entries->items().size());
  for (const Value& entry : entries->items()) {
    if (!entry.is_map()) return refuse("its index is damaged");
    GYR_TRY(File file, read_file(entry, data));
    pack.files_.push_back(std::move(file));
  }
  std::ranges::sort(pack.files_, {}, &File::path);
  const auto twice = std::ranges::adjacent_find(pack.files_, {}, &File::path);
  if (twice != pack.files_.end()) return refuse(fmt::format("it contains `{}` twice", twice->path));
  const File* page = pack.find(text_of(*index, "page"));
  if (page == nullptr || page->raw.empty()) return refuse("it has no page");
  pack.page_ = static_cast<size_t>(page - pack.files_.data());
  return pack;
}

const UiPack::File* UiPack::find(std::string_view path) const {
  const auto found = std::ranges::lower_bound(files_, path, {}, &File::path);
  return found != files_.end() && found->path == path ? &*found : nullptr;
}

}  // namespace gyr::web
