# Compiler and linker flags of every target, from the three switches that the presets set:
# GYR_MODE (debug, release), GYR_SANITIZE (a list for -fsanitize) and GYR_COVERAGE.
set(GYR_MODE "debug" CACHE STRING "debug or release")
set(GYR_SANITIZE "" CACHE STRING "value of -fsanitize, empty for none")
option(GYR_COVERAGE "instrument for coverage" OFF)
option(GYR_FUZZ "build the fuzz targets" OFF)
option(GYR_CI "settings of continuous integration" OFF)

add_library(gyr_flags INTERFACE)
target_compile_features(gyr_flags INTERFACE cxx_std_23)
target_compile_options(gyr_flags INTERFACE
  -Wall -Wextra -Werror -Wimplicit-fallthrough -Wnon-virtual-dtor -Woverloaded-virtual -Wunused
  -Wno-missing-field-initializers
  -fno-omit-frame-pointer -fvisibility=hidden -fPIE
  -pthread  # everywhere: some libraries ask for it, and a precompiled header fits only where the same is set
  # A precompiled header must not depend on the time of its files, or ccache never hits.
  -Xclang -fno-pch-timestamp)
# Packed relocations: the tables of the sanitizers and of the fuzzers hold millions of addresses, which are a quarter of a test program
# otherwise.
target_link_options(gyr_flags INTERFACE -fuse-ld=lld-19 -pie -Wl,--gc-sections -Wl,--build-id=sha1 -Wl,-z,pack-relative-relocs)
target_include_directories(gyr_flags INTERFACE ${CMAKE_SOURCE_DIR}/src ${CMAKE_BINARY_DIR}/generated)

# Archives name their objects and do not copy them: that halves what the objects of a build take on the disk.
set(CMAKE_CXX_ARCHIVE_CREATE "<CMAKE_AR> qcT <TARGET> <LINK_FLAGS> <OBJECTS>")
set(CMAKE_CXX_ARCHIVE_APPEND "<CMAKE_AR> qT <TARGET> <LINK_FLAGS> <OBJECTS>")

if(GYR_MODE STREQUAL "release")
  target_compile_options(gyr_flags INTERFACE -O2 -gline-tables-only -ffunction-sections -fdata-sections)
  target_compile_definitions(gyr_flags INTERFACE GYR_RELEASE=1)
else()
  # Not optimised: with sanitizers a file then compiles in a third of the time, which matters more than how fast the tests run.
  target_compile_options(gyr_flags INTERFACE -O0 -gline-tables-only)
endif()
if(GYR_SANITIZE)
  target_compile_options(gyr_flags INTERFACE -fsanitize=${GYR_SANITIZE} -fno-sanitize-recover=undefined)
  target_link_options(gyr_flags INTERFACE -fsanitize=${GYR_SANITIZE})
endif()
# First of all libraries: the allocator below has an `operator new` of its own, which ends the process where memory is lacking. That of
# the C++ library throws std::bad_alloc.
target_link_libraries(gyr_flags INTERFACE stdc++)
if(NOT GYR_SANITIZE)
  # The allocator of every program here. Sanitizers bring their own, and nothing else may keep it away.
  find_package(mimalloc 2.0 REQUIRED)
  target_link_libraries(gyr_flags INTERFACE mimalloc)
endif()
if(GYR_COVERAGE)
  target_compile_options(gyr_flags INTERFACE -fprofile-instr-generate -fcoverage-mapping)
  target_link_options(gyr_flags INTERFACE -fprofile-instr-generate)
endif()

find_program(CCACHE ccache)
if(CCACHE)
  # The environment carries what ccache needs to know about precompiled headers, so that nobody's own settings matter.
  set(CMAKE_CXX_COMPILER_LAUNCHER ${CMAKE_COMMAND} -E env CCACHE_SLOPPINESS=pch_defines,time_macros,include_file_mtime,include_file_ctime
    CCACHE_BASEDIR=${CMAKE_SOURCE_DIR} CCACHE_NOHASHDIR=1 CCACHE_PCH_EXTSUM=1 ${CCACHE})
  # The precompiled header holds the path of its build folder; ccache looks at this sum instead, so folders share objects.
  # Not for the one of `plugin_api`, which holds headers of ours: ccache reads it.
  file(SHA256 ${CMAKE_SOURCE_DIR}/src/precompiled.h GYR_PRECOMPILED_SUM)
  foreach(target gyr_base gyr_base_tests)
    file(CONFIGURE OUTPUT ${CMAKE_BINARY_DIR}/CMakeFiles/${target}.dir/cmake_pch.hxx.pch.sum
      CONTENT "${target} ${GYR_PRECOMPILED_SUM} ${CMAKE_CXX_COMPILER_VERSION} ${GYR_MODE} ${GYR_SANITIZE} ${GYR_COVERAGE}")
  endforeach()
  set_property(DIRECTORY APPEND PROPERTY CMAKE_CONFIGURE_DEPENDS ${CMAKE_SOURCE_DIR}/src/precompiled.h)
endif()
if(GYR_CI)
  # Every compilation's CPU time goes into compile-times.tsv, for the budget that ./dev test checks.
  set(CMAKE_CXX_COMPILER_LAUNCHER ${CMAKE_SOURCE_DIR}/cmake/timed_compile.sh ${CMAKE_BINARY_DIR}/compile-times.tsv
    ${CMAKE_CXX_COMPILER_LAUNCHER})
endif()
