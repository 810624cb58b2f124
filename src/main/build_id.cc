#include "main/build_id.h"

#include <elf.h>
#include <link.h>

#include <cstring>
#include <string_view>

#include "base/text.h"

namespace gyr::main {
namespace {

/// Finds the note NT_GNU_BUILD_ID in a segment of notes; empty if it has none.
std::string_view find_build_id(std::string_view notes) {
  auto padded = [](size_t size) { return (size + 3) & ~size_t{3}; };
  constexpr std::string_view owner("GNU\0", 4);
  while (notes.size() >= sizeof(ElfW(Nhdr))) {
    ElfW(Nhdr) note;
    std::memcpy(&note, notes.data(), sizeof(note));
    const size_t name = sizeof(note), content = name + padded(note.n_namesz);
    if (content + note.n_descsz > notes.size()) return {};
    if (note.n_type == NT_GNU_BUILD_ID && notes.substr(name, note.n_namesz) == owner)
      return notes.substr(content, note.n_descsz);
    notes.remove_prefix(std::min(content + padded(note.n_descsz), notes.size()));
  }
  return {};
}

}  // namespace

std::string build_id() {
  std::string id;
  // The first object is the program itself.
  auto look = [](dl_phdr_info* program, size_t, void* found) {
    for (size_t i = 0; i < program->dlpi_phnum; ++i) {
      const auto& segment = program->dlpi_phdr[i];
      if (segment.p_type != PT_NOTE) continue;
      const std::string_view notes(reinterpret_cast<const char*>(program->dlpi_addr + segment.p_vaddr),
                                   segment.p_memsz);
      if (const auto bytes = find_build_id(notes); !bytes.empty())
        *static_cast<std::string*>(found) = base::hex_encode(bytes);
    }
    return 1;
  };
  dl_iterate_phdr(look, &id);
  return id;
}

}  // namespace gyr::main
