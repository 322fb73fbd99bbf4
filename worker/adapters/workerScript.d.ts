/** The bundler makes a worker of the module and gives its address. */
declare module '*?worker&url' {
  const address: string;
  export default address;
}
