#include "storage/s3/s3_storage.h"

#include <fmt/format.h>
#include <openssl/evp.h>

#include <algorithm>
#include <set>

#include "base/assert.h"
#include "base/log.h"
#include "base/text.h"
#include "storage/s3/s3_client.h"
#include "storage/s3/user_metadata.h"

namespace gyr::storage {
namespace {

using s3::Call;
using s3::Client;
using s3::Object;
using s3::Page;

constexpr size_t max_key = 1'024;  // S3's limit

std::string md5_base64(std::string_view bytes) {
  unsigned char digest[EVP_MAX_MD_SIZE];
  unsigned size = 0;
  GYR_ASSERT(EVP_Digest(bytes.data(), bytes.size(), digest, &size, EVP_md5(), nullptr) == 1);
  return base::base64_encode({reinterpret_cast<const char*>(digest), size});
}

/// The parts of a path that count: no empty ones, no `.`.
std::string normal_path(std::string_view path) {
  std::string out;
  for (const std::string_view part : base::split(path, '/')) {
    if (!part.empty() && part != ".") out += fmt::format("/{}", part);
  }
  return out;
}

std::unexpected<base::Error> missing_object(std::string_view path) {
  return base::fail(file_not_found, fmt::format("File not found: {}", path));
}

std::string name_of(std::string_view key) { return std::string(key.substr(key.rfind('/') + 1)); }

/// Objects as files, and what their keys have in common as folders.
class S3Storage final : public Storage {
 public:
  explicit S3Storage(std::shared_ptr<Client> client) : client_(std::move(client)) {
    const std::string& prefix = client_->options().prefix;
    root_ = prefix.empty() ? "" : prefix + "/";
  }

  /// Whether the store accepts the credentials. A temporary failure does not prevent the start.
  base::Result<void> look() {
    auto page = client_->list(root_, true, "", 1);
    if (page) return {};
    if (page.error().code() != storage_failed) return base::fail(page.error());
    base::log::warn("the storage does not respond; the server tries again when it needs files: {}{}{}",
                    page.error().message(), page.error().hint().empty() ? "" : "; ", page.error().hint());
    return {};
  }

  base::Result<std::unique_ptr<ByteSource>> get(std::string_view tenant, std::string_view path,
                                                uint64_t offset) override {
    GYR_TRY(std::string key, key_of(tenant, path));
    auto source = s3::open_source(client_, std::move(key), offset);
    if (!source && source.error().code() == file_not_found) return missing_object(path);
    return source;
  }

  base::Result<std::unique_ptr<ByteSink>> put(std::string_view tenant, std::string_view path,
                                              Metadata metadata) override {
    GYR_TRY(std::string key, key_of(tenant, path));
    if (path.ends_with('/'))
      return base::fail(bad_storage_uri,
                        fmt::format("Invalid internal storage uri, a file cannot end with a slash: '{}'", path));
    GYR_TRY(s3::HeaderList headers, s3::metadata_headers(metadata));
    return s3::open_sink(client_, std::move(key), uri_of_path(path), std::move(headers));
  }

  base::Result<bool> exists(std::string_view tenant, std::string_view path) override {
    GYR_TRY(const std::string key, key_of(tenant, path));
    GYR_TRY(const auto head, client_->head(key));
    if (head) return true;
    GYR_TRY(const Page page, client_->list(key + "/", false, "", 1));
    return !page.objects.empty();
  }

  base::Result<FileAttributes> attributes(std::string_view tenant, std::string_view path) override {
    GYR_TRY(const std::string key, key_of(tenant, path));
    GYR_TRY(const auto head, client_->head(key));
    FileAttributes found;
    found.file_name = name_of(key);
    if (head) {
      found.size = head->size;
      found.modified_ms = found.created_ms = head->modified_ms;
      found.metadata = head->metadata;
      return found;
    }
    GYR_TRY(const Page page, client_->list(key + "/", false, "", 1));
    if (page.objects.empty()) return missing_object(path);
    found.directory = true;
    found.modified_ms = found.created_ms = page.objects.front().modified_ms;
    return found;
  }

  base::Result<std::vector<FileAttributes>> list(std::string_view tenant, std::string_view path) override {
    GYR_TRY(const std::string key, key_of(tenant, path));
    const std::string folder = key + "/";
    std::vector<FileAttributes> found;
    bool there = false;
    const auto visit = [&](const Page& page) -> base::Result<void> {
      there |= !page.objects.empty() || !page.prefixes.empty();
      for (const Object& object : page.objects) {
        if (object.key == folder || !is_path(object.key)) continue;
        found.push_back({name_of(object.key), false, object.size, object.modified_ms, object.modified_ms, {}});
      }
      for (const std::string& prefix : page.prefixes) {
        if (!is_path(prefix)) continue;
        found.push_back({name_of(std::string_view(prefix).substr(0, prefix.size() - 1)), true, 0, 0, 0, {}});
      }
      return {};
    };
    GYR_CHECK(client_->list_all(folder, true, visit));
    if (!there) return missing_object(path);
    std::ranges::sort(found, {}, &FileAttributes::file_name);
    return found;
  }

  base::Result<std::vector<std::string>> all_by_prefix(std::string_view tenant, std::string_view prefix,
                                                       bool directories) override {
    GYR_TRY(const std::string key, key_of(tenant, prefix));
    const std::string folder = key + "/";
    const size_t cut = root_.size() + tenant.size();  // what is left of a key is a path
    std::set<std::string> found;
    const auto visit = [&](const Page& page) -> base::Result<void> {
      for (const Object& object : page.objects) {
        if (object.key.size() <= folder.size() || !is_path(object.key)) continue;
        const bool marker = object.key.ends_with('/');
        if (!marker) found.insert(uri_of_path(object.key.substr(cut)));
        for (size_t slash = object.key.find('/', folder.size()); directories && slash != std::string::npos;
             slash = object.key.find('/', slash + 1)) {
          found.insert(uri_of_path(object.key.substr(cut, slash + 1 - cut)));
        }
      }
      return {};
    };
    GYR_CHECK(client_->list_all(folder, false, visit));
    return std::vector<std::string>(found.begin(), found.end());
  }

  base::Result<bool> remove(std::string_view tenant, std::string_view path) override {
    GYR_TRY(const std::string key, key_of(tenant, path));
    bool there = false;
    // From the first page each time: the objects of the previous page have been removed.
    for (std::string first;;) {
      GYR_TRY(const Page page, client_->list(key + "/", false, "", client_->options().keys_a_page));
      if (page.objects.empty()) break;
      if (page.objects.front().key == first) {
        return base::fail(
            storage_failed,
            fmt::format("cannot remove {}: the object store confirmed the removal but still lists the object",
                        client_->shown(first)));
      }
      first = page.objects.front().key;
      there = true;
      GYR_CHECK(remove_objects(page.objects));
      if (page.next.empty()) break;
    }
    GYR_TRY(const auto head, client_->head(key));
    if (!head) return there;
    auto removed = client_->call({.what = "remove", .method = "DELETE", .key = key});
    if (!removed && removed.error().code() != file_not_found) return base::fail(removed.error());
    return true;
  }

  base::Result<void> create_directory(std::string_view tenant, std::string_view path) override {
    if (path.empty()) return base::fail(bad_storage_uri, "Invalid internal storage uri, the path of a folder is empty");
    GYR_TRY(const std::string key, key_of(tenant, path));
    GYR_CHECK(client_->call({.what = "create the folder", .method = "PUT", .key = key + "/"}));
    return {};
  }

  base::Result<void> move(std::string_view tenant, std::string_view from, std::string_view to) override {
    GYR_TRY(const std::string source, key_of(tenant, from));
    GYR_TRY(const std::string target, key_of(tenant, to));
    if (target.starts_with(source + "/")) {
      return base::fail(bad_storage_uri,
                        fmt::format("Invalid internal storage uri, a folder cannot be moved into itself: '{}'", to));
    }
    GYR_TRY(const auto head, client_->head(source));
    if (source == target) return head ? base::Result<void>() : missing_object(from);
    if (head) {
      GYR_CHECK(s3::copy_object(*client_, source, target, head->size));
      // Here and below: a repeated move as a whole would not find its source any more.
      const Call call{.what = "remove", .method = "DELETE", .key = source};
      GYR_CHECK(tried_again(client_->rules(), client_->pauses(), [&] { return client_->call(call); }));
      return {};
    }
    // Everything is copied before anything is removed.
    std::vector<Object> moved;
    const auto copy = [&](const Page& page) -> base::Result<void> {
      for (const Object& object : page.objects) {
        GYR_CHECK(s3::copy_object(*client_, object.key, target + object.key.substr(source.size()), object.size));
        moved.push_back(object);
      }
      return {};
    };
    GYR_CHECK(client_->list_all(source + "/", false, copy));
    if (moved.empty()) return missing_object(from);
    return tried_again(client_->rules(), client_->pauses(), [&] { return remove_objects(moved); });
  }

 private:
  base::Result<std::string> key_of(std::string_view tenant, std::string_view path) const {
    GYR_CHECK(check_path(path));
    if (tenant.empty() || tenant.find('/') != std::string_view::npos || tenant.starts_with('.')) {
      return base::fail(bad_storage_uri, fmt::format("`{}` is not a valid tenant id", tenant));
    }
    if (base::find_invalid_utf8(path)) {
      return base::fail(bad_storage_uri, "Invalid internal storage uri, the path is not valid UTF-8");
    }
    std::string key = fmt::format("{}{}{}", root_, tenant, normal_path(path));
    if (key.size() > max_key) {
      return base::fail(
          bad_storage_uri,
          fmt::format("Invalid internal storage uri, together with the tenant id it is longer than {} bytes: '{}'",
                      max_key, path.substr(0, 200)));
    }
    return key;
  }

  /// Whether a path leads to this key: others may write into the bucket what no path of ours can mean.
  bool is_path(std::string_view key) const {
    const std::string_view inner = key.substr(root_.size());
    const std::string_view file = inner.ends_with('/') ? inner.substr(0, inner.size() - 1) : inner;
    const std::string path = fmt::format("/{}", file);
    if (normal_path(path) == path && check_path(path)) return true;
    base::log::warn("ignored {}: its key is not a valid path", client_->shown(key));
    return false;
  }

  base::Result<void> remove_objects(const std::vector<Object>& objects) {
    const size_t most = client_->options().keys_a_page;
    for (size_t begin = 0; begin < objects.size(); begin += most) {
      Call call{.what = "remove objects of", .method = "POST", .query = {{"delete", ""}}};
      call.body = "<Delete><Quiet>true</Quiet>";
      for (size_t i = begin; i < std::min(objects.size(), begin + most); ++i) {
        call.body += fmt::format("<Object><Key>{}</Key></Object>", s3::xml_escaped(objects[i].key));
      }
      call.body += "</Delete>";
      call.headers = {{"content-md5", md5_base64(call.body)}, {"content-type", "application/xml"}};
      GYR_TRY(const s3::XmlElement result, client_->call_xml(call));
      for (const s3::XmlElement& told : result.children) {
        if (told.name != "Error") continue;
        call.key = told.text_of("Key");
        base::Error error = s3::told_error(*client_, call, 200, {}, told);
        if (error.code() != file_not_found) return base::fail(std::move(error));
      }
    }
    return {};
  }

  std::shared_ptr<Client> client_;
  std::string root_;  ///< before the tenants
};

base::Result<void> check_options(S3Options& options) {
  while (options.prefix.starts_with('/')) options.prefix.erase(0, 1);
  while (options.prefix.ends_with('/')) options.prefix.pop_back();
  if (!options.prefix.empty()) {
    const std::string path = "/" + options.prefix;
    if (!check_path(path) || normal_path(path) != path || options.prefix.size() > max_key / 2 ||
        base::find_invalid_utf8(options.prefix)) {
      return base::fail(storage_misconfigured, fmt::format("`{}` is not a valid prefix of keys of the storage",
                                                           options.prefix.substr(0, 200)));
    }
  }
  GYR_CHECK(s3::address_of(options));
  return {};
}

}  // namespace

base::Result<std::unique_ptr<Storage>> open_s3_storage(S3Options options, s3::CredentialSource& credentials,
                                                       const base::Clock& clock, RetryRules rules, Pauses& pauses) {
  GYR_CHECK(check_options(options));
  auto storage =
      std::make_unique<S3Storage>(std::make_shared<Client>(std::move(options), credentials, clock, rules, pauses));
  GYR_CHECK(storage->look());
  return std::unique_ptr<Storage>(std::move(storage));
}

base::Result<std::vector<std::string>> s3_tenants(S3Options options, s3::CredentialSource& credentials,
                                                  const base::Clock& clock) {
  GYR_CHECK(check_options(options));
  const std::string root = options.prefix.empty() ? "" : options.prefix + "/";
  Pauses pauses;
  Client client(std::move(options), credentials, clock, RetryRules(), pauses);
  std::vector<std::string> tenants;
  const auto visit = [&](const Page& page) -> base::Result<void> {
    for (const std::string& prefix : page.prefixes) {
      std::string tenant = prefix.substr(root.size(), prefix.size() - root.size() - 1);
      if (!tenant.empty() && !tenant.starts_with('.')) tenants.push_back(std::move(tenant));
    }
    return {};
  };
  GYR_CHECK(client.list_all(root, true, visit));
  return tenants;
}

}  // namespace gyr::storage
