/** The package's types sit beside its entry point only; Node can load only this file of it. */
declare module 'wgsl_reflect/wgsl_reflect.module.js' {
  export * from 'wgsl_reflect';
}
