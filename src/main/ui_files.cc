#include "main/ui_files.h"

#include <fstream>
#include <iterator>
#include <string>

#include "embedded/ui_pack.h"

namespace gyr::main {
namespace {

/// A pack with the bytes that it refers to.
struct LoadedPack {
  std::string bytes;
  web::UiPack pack;
};

base::Result<std::string> bytes_of(const std::filesystem::path& file) {
  std::ifstream in(file, std::ios::binary);
  std::string bytes(std::istreambuf_iterator<char>(in), {});
  if (!in) {
    return base::fail(base::Error(web::bad_ui_pack, fmt::format("cannot read `{}`", file.string()))
                          .with_hint("build it with `./dev ui`"));
  }
  return bytes;
}

}  // namespace

base::Result<std::shared_ptr<const web::UiPack>> open_ui(const std::optional<std::filesystem::path>& file) {
  if (!file) {
    const auto* const embedded = base::find_embedded(embedded::ui_pack(), "ui.pack");
    if (embedded == nullptr) return nullptr;
    GYR_TRY(auto pack, web::UiPack::read(embedded->content));
    return std::make_shared<const web::UiPack>(std::move(pack));
  }
  auto loaded = std::make_shared<LoadedPack>();
  GYR_TRY(loaded->bytes, bytes_of(*file));
  GYR_TRY(loaded->pack, web::UiPack::read(loaded->bytes));
  return std::shared_ptr<const web::UiPack>(loaded, &loaded->pack);
}

}  // namespace gyr::main
