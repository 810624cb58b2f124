// Reading secrets, still encrypted (SEC-5).
#include "base/codec.h"
#include "store/sqlite/reader.h"

namespace gyr::store::sqlite {
namespace {

constexpr const char* one_secret =
    "SELECT namespace, key, description, tags, key_id, value, created, updated FROM secrets WHERE tenant=? AND "
    "namespace=? AND key=?";
constexpr const char* all_secrets =
    "SELECT namespace, key, description, tags, key_id, value, created, updated FROM secrets WHERE tenant=? AND "
    "namespace>=? ORDER BY namespace, key";

base::Result<SecretRow> read_secret(Query& row, std::string_view tenant) {
  SecretRow secret;
  secret.tenant = tenant;
  secret.namespace_ = row.text(0);
  secret.key = row.text(1);
  secret.description = row.text(2);
  GYR_TRY(base::Value tags, base::decode_value(row.blob(3)));
  for (const base::Value& tag : tags.items()) {
    secret.tags.emplace_back(std::string(tag.items()[0].text()), std::string(tag.items()[1].text()));
  }
  secret.key_id = row.text(4);
  secret.value = row.text(5);
  secret.created = base::Instant::of_micros(row.integer(6));
  secret.updated = base::Instant::of_micros(row.integer(7));
  return secret;
}

}  // namespace

base::Result<std::optional<SecretRow>> SqliteReader::secret(std::string_view tenant, std::string_view namespace_,
                                                            std::string_view key) {
  return ask([&]() -> base::Result<std::optional<SecretRow>> {
    Query row = main_->query(one_secret);
    row.bind(tenant, namespace_, key);
    if (row.next()) return read_secret(row, tenant);
    GYR_CHECK(row.finish());
    return std::nullopt;
  });
}

base::Result<std::vector<SecretRow>> SqliteReader::secrets(const Visible& visible, std::string_view tenant) {
  return ask([&]() -> base::Result<std::vector<SecretRow>> {
    Query rows = main_->query(all_secrets);
    std::vector<SecretRow> secrets;
    GYR_CHECK(for_visible_rows(visible, tenant, rows, 0, [&](Query& row) -> base::Result<void> {
      GYR_TRY(auto secret, read_secret(row, tenant));
      secrets.push_back(std::move(secret));
      return {};
    }));
    return secrets;
  });
}

}  // namespace gyr::store::sqlite
