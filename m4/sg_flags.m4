# SG_COMPILER_FLAGS(VARIABLE, FLAGS): appends each flag that the compiler takes.
AC_DEFUN([SG_COMPILER_FLAGS], [
  for sg_flag in m4_normalize([$2]); do
    AC_MSG_CHECKING([whether $CC takes $sg_flag])
    sg_saved=$CFLAGS
    CFLAGS="$CFLAGS -Werror $sg_flag"
    AC_COMPILE_IFELSE([AC_LANG_PROGRAM([], [])],
      [AC_MSG_RESULT([yes]); $1="$$1 $sg_flag"], [AC_MSG_RESULT([no])])
    CFLAGS=$sg_saved
  done
])

# SG_LINKER_FLAGS(VARIABLE, FLAGS): the same for the linker.
AC_DEFUN([SG_LINKER_FLAGS], [
  for sg_flag in m4_normalize([$2]); do
    AC_MSG_CHECKING([whether the linker takes $sg_flag])
    sg_saved=$LDFLAGS
    LDFLAGS="$LDFLAGS $sg_flag"
    AC_LINK_IFELSE([AC_LANG_PROGRAM([], [])],
      [AC_MSG_RESULT([yes]); $1="$$1 $sg_flag"], [AC_MSG_RESULT([no])])
    LDFLAGS=$sg_saved
  done
])
