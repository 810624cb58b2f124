// Addresses and the layout of paths (STOR-3 to STOR-6).
#include "model/storage_paths.h"
#include "storage/storage.h"

namespace gyr::storage {
namespace {

uint64_t rotated(uint64_t value, int by) { return (value << by) | (value >> (64 - by)); }

uint64_t mixed(uint64_t value) {
  value = (value ^ (value >> 33)) * 0xff51afd7ed558ccdULL;
  value = (value ^ (value >> 33)) * 0xc4ceb9fe1a85ec53ULL;
  return value ^ (value >> 33);
}

/// Up to eight bytes as a little-endian number.
uint64_t number_of(std::string_view bytes) {
  uint64_t value = 0;
  for (size_t i = 0; i < bytes.size(); ++i)
    value |= static_cast<uint64_t>(static_cast<unsigned char>(bytes[i])) << (8 * i);
  return value;
}

/// Murmur3 x64 128 with seed 0, as the reference names folders of caches (STOR-6).
std::string murmur3(std::string_view text) {
  constexpr uint64_t first_factor = 0x87c37b91114253d5ULL;
  constexpr uint64_t second_factor = 0x4cf5ad432745937fULL;
  uint64_t first = 0;
  uint64_t second = 0;
  std::string_view rest = text;
  for (; rest.size() >= 16; rest.remove_prefix(16)) {
    first ^= rotated(number_of(rest.substr(0, 8)) * first_factor, 31) * second_factor;
    first = (rotated(first, 27) + second) * 5 + 0x52dce729;
    second ^= rotated(number_of(rest.substr(8, 8)) * second_factor, 33) * first_factor;
    second = (rotated(second, 31) + first) * 5 + 0x38495ab5;
  }
  if (rest.size() > 8) second ^= rotated(number_of(rest.substr(8)) * second_factor, 33) * first_factor;
  first ^= rotated(number_of(rest.substr(0, 8)) * first_factor, 31) * second_factor;
  first ^= text.size();
  second ^= text.size();
  first += second;
  second += first;
  first = mixed(first);
  second = mixed(second);
  first += second;
  second += first;
  return fmt::format("{:016x}{:016x}", __builtin_bswap64(first), __builtin_bswap64(second));
}

}  // namespace

base::Result<std::string> path_of_uri(std::string_view uri) {
  constexpr std::string_view begin = "kestra://";
  size_t colon = uri.find(':');
  if (uri.empty() || colon == std::string_view::npos) {
    return base::fail(base::Error(bad_storage_uri, fmt::format("Invalid internal storage uri, got '{}'", uri))
                          .with_hint("write a URI that begins with `kestra:///`"));
  }
  if (uri.substr(0, colon) != "kestra") {
    return base::fail(base::Error(bad_storage_uri, fmt::format("Invalid internal storage scheme, got '{}'", uri))
                          .with_hint("write a URI that begins with `kestra:///`"));
  }
  std::string_view path = uri.starts_with(begin) ? uri.substr(begin.size()) : uri.substr(colon + 1);
  if (!path.starts_with('/'))
    return base::fail(bad_storage_uri, fmt::format("Invalid internal storage uri, got '{}'", uri));
  GYR_CHECK(check_path(path));
  return std::string(path);
}

std::string uri_of_path(std::string_view path) { return "kestra://" + std::string(path); }

base::Result<void> check_path(std::string_view path) {
  const auto refused = [path](std::string_view why) {
    return base::fail(bad_storage_uri, fmt::format("Invalid internal storage uri, {}: '{}'", why, path.substr(0, 200)));
  };
  if (!path.starts_with('/')) return refused("the path must begin with a slash");
  if (path.size() > 4096) return refused("the path is longer than 4,096 bytes");
  if (path.find('\0') != std::string_view::npos) return refused("the path contains a NUL character");
  if (path.find("..") != std::string_view::npos) return refused("the path must not contain '..'");
  return {};
}

std::string slug(std::string_view text) { return model::slug(text); }

std::string flow_path(std::string_view namespace_, std::string_view flow_id) {
  return model::namespace_folder(namespace_) + "/" + slug(flow_id);
}

std::string execution_path(std::string_view namespace_, std::string_view flow_id, base::Id execution) {
  return model::execution_folder(namespace_, flow_id, execution);
}

std::string input_path(std::string_view namespace_, std::string_view flow_id, base::Id execution,
                       std::string_view input_id, std::string_view file_name) {
  return fmt::format("{}/inputs/{}/{}", execution_path(namespace_, flow_id, execution), input_id, file_name);
}

std::string task_run_path(std::string_view namespace_, std::string_view flow_id, base::Id execution,
                          std::string_view task_id, base::Id task_run, std::string_view name) {
  return fmt::format("{}/{}", model::task_run_folder(namespace_, flow_id, execution, task_id, task_run), name);
}

std::string trigger_path(std::string_view namespace_, std::string_view flow_id, base::Id execution,
                         std::string_view trigger_id, std::string_view name) {
  return fmt::format("{}/trigger/{}/{}", execution_path(namespace_, flow_id, execution), trigger_id, name);
}

std::string directory_cache_path(std::string_view namespace_, std::string_view flow_id, std::string_view task_id,
                                 const std::optional<std::string>& value) {
  std::string folder = fmt::format("{}/{}/cache", flow_path(namespace_, flow_id), slug(task_id));
  return value ? fmt::format("{}/{}/cache.zip", folder, murmur3(*value)) : folder + "/cache.zip";
}

std::string task_cache_path(std::string_view namespace_, std::string_view flow_id, std::string_view key) {
  return fmt::format("{}/{}/cache/cache.zip", flow_path(namespace_, flow_id), key);
}

std::string namespace_file_path(std::string_view namespace_, std::string_view path, int32_t revision) {
  std::string made = model::namespace_folder(namespace_) + "/_files";
  if (!path.starts_with('/')) made += '/';
  made += path;
  if (revision > 1) made += fmt::format(".v{}", revision);
  return made;
}

}  // namespace gyr::storage
